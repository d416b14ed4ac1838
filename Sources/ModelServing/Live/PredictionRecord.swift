import Modeling
import TickData
import TickStreaming

/// A prediction as it goes to the topic: the reference system's names, and what is needed to trust it.
///
/// ```json
/// {"symbol":"SYM001","timestamp":1620627300000000000,"id":"tick-data/3/1041","predictions":{"direction_5_lightgbm":
/// {"prediction":1,"confidence":0.61,"version":"5f0c"}},"latency_us":11.4,"quality":["missing_features"]}
/// ```
/// `id` names the message of the tick, so equal ids are one prediction, whoever wrote it and however often.
package struct PredictionRecord {
  /// What a reader may want to know of the data behind a prediction.
  package struct Quality: OptionSet {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }
    /// Some feature is not defined yet: the symbol's history is short, or a model with other features has just come.
    static let missingFeatures = Quality(rawValue: 1)
    /// The tick's time is before an earlier tick's.
    static let late = Quality(rawValue: 2)
    /// Ticks are missing before this one, by their numbers.
    static let gap = Quality(rawValue: 4)

    var names: [String] {
      [(Self.missingFeatures, "missing_features"), (.late, "late"), (.gap, "gap")].filter { contains($0.0) }.map(\.1)
    }
  }

  private var writer = JSONWriter(capacity: 1024)
  private var row: [Double] = []
  /// The newest predictions: those that were written, then those of models that are tried beside them.
  private(set) var results: [(model: ServedModel, prediction: BundlePrediction)] = []
  /// What was noticed of the data behind them.
  private(set) var quality = Quality()

  /// The bytes of the newest prediction.
  var bytes: [UInt8] { writer.bytes }

  /// The offset that an id names; nil if it is none of this topic and partition.
  static func offset(id: String, topic: String, partition: Int32) -> Int64? {
    let prefix = "\(topic)/\(partition)/"
    return id.hasPrefix(prefix) ? Int64(id.dropFirst(prefix.count)) : nil
  }

  /// Predicts with all models whose features are new, and writes what they say.
  ///
  /// - Parameter elapsed: Asked for the microseconds since the tick came, once the predictions are made.
  mutating func write(
    _ message: TickMessage, id: String, _ symbol: LiveSymbol, _ models: LiveModels, _ quality: Quality,
    elapsed: () -> Double
  ) throws {
    var quality = quality
    writer.removeAll()
    writer.open("{")
    writer.key("symbol")
    writer.string(message.tick.symbol)
    writer.key("timestamp")
    writer.integer(message.tick.time)
    writer.key("id")
    writer.string(id)
    if let sequence = message.sequence {
      if !message.stream.isEmpty {
        writer.key("stream")
        writer.string(message.stream)
      }
      writer.key("sequence")
      writer.integer(sequence)
    }
    writer.key("predictions")
    writer.open("{")
    var current = -1
    results.removeAll(keepingCapacity: true)
    /// Nil where the lane's newest tick gave no features.
    func predict(_ model: ServedModel, _ lane: Int) throws -> BundlePrediction? {
      guard let values = symbol.row(lane) else { return nil }
      if lane != current {
        row.removeAll(keepingCapacity: true)
        row.append(contentsOf: values)
        current = lane
        if row.contains(where: \.isNaN) { quality.insert(.missingFeatures) }
      }
      return try model.bundle.prediction(row: row)
    }
    for entry in models.entries {
      let (model, lane) = entry.model(for: message.tick.symbol)
      guard let result = try predict(model, lane) else { continue }
      results.append((model, result))
      writer.raw(model.prefix)
      writer.value(result.prediction)
      if let confidence = result.confidence {
        writer.key("confidence")
        writer.double(confidence)
      }
      writer.append(model.suffix)
    }
    writer.close("}")
    if models.hasShadows {
      for entry in models.entries {
        guard let (model, lane) = entry.shadow(for: message.tick.symbol), let result = try predict(model, lane) else {
          continue
        }
        results.append((model, result))
      }
    }
    self.quality = quality
    writer.key("latency_us")
    writer.double((elapsed() * 10).rounded() / 10)
    writer.key("quality")
    writer.open("[")
    for name in quality.names { writer.string(name) }
    writer.close("]")
    writer.close("}")
  }
}
