import Modeling
import TickData
package import TickStreaming

/// From a tick and the state of its symbol to a prediction's bytes: all of a prediction stream that needs no brokers.
package struct TickPredictor {
  /// What became of ticks that gave no prediction, and what was noticed of others.
  package struct Counts: Sendable, Hashable {
    package var quotes = 0
    package var rejected = 0
    package var cleaned = 0
    package var repeated = 0
    package var missing: Int64 = 0
    package var late = 0
  }

  /// The bundles that predict.
  package var models: LiveModels
  /// The numbers of ticks so far.
  package var tracker = SequenceTracker()
  package private(set) var counts = Counts()
  private var record = PredictionRecord()

  /// The newest predictions, those of models that are tried beside others included.
  var results: [(model: ServedModel, prediction: BundlePrediction)] { record.results }
  /// What was noticed of the data behind them.
  var quality: PredictionRecord.Quality { record.quality }

  package init(_ models: LiveModels) { self.models = models }

  /// Counts a message that is no tick.
  package mutating func reject() { counts.rejected += 1 }

  /// Takes a tick into its symbol's state.
  ///
  /// - Returns: Nil if it gives no features: a repetition, a quote, or a tick that cleaning drops.
  package mutating func take(_ message: TickMessage, _ symbol: inout LiveSymbol) -> PredictionRecord.Quality? {
    var quality = PredictionRecord.Quality()
    switch tracker.check(message) {
    case .repeated:
      counts.repeated += 1
      return nil
    case .gap(let missing):
      counts.missing = counts.missing.addingSaturated(missing)
      quality.insert(.gap)
    case .next, .unnumbered: break
    }
    let (outcome, isLate) = symbol.take(message.tick)
    if isLate {
      counts.late += 1
      quality.insert(.late)
    }
    switch outcome {
    case .features: return quality
    case .quote: counts.quotes += 1
    case .dropped: counts.cleaned += 1
    case .refused: counts.rejected += 1
    }
    return nil
  }

  /// Predicts from a symbol's newest features; the bytes hold until the next call.
  ///
  /// - Parameter elapsed: Asked for the microseconds since the tick came, once the predictions are made.
  package mutating func predict(
    _ message: TickMessage, id: String, _ symbol: LiveSymbol, _ quality: PredictionRecord.Quality,
    elapsed: () -> Double
  ) throws -> [UInt8] {
    try record.write(message, id: id, symbol, models, quality, elapsed: elapsed)
    return record.bytes
  }
}
