import Foundation
package import Modeling
import Synchronization
import TickData

/// The symbols whose ticks come in, for those who ask: a thread that takes ticks writes, any number read.
package final class LiveTable: Sendable {
  private let places = Mutex<[String: LivePlace]>([:])
  /// Ticks that gave features, for rates.
  let taken = Atomic(0)

  package init() {}

  /// The place of a symbol; nil for one without ticks.
  package func place(_ symbol: String) -> LivePlace? { places.withLock { $0[symbol] } }

  /// All places, in the order of their symbols.
  package var all: [LivePlace] { places.withLock { $0.values.sorted { $0.symbol < $1.symbol } } }

  package var count: Int { places.withLock { $0.count } }

  package func insert(_ place: LivePlace) { places.withLock { $0[place.symbol] = place } }

  /// Takes places out, unless another owner has put its own there meanwhile.
  package func remove(_ gone: [LivePlace]) {
    places.withLock { places in
      for place in gone where places[place.symbol] === place { places[place.symbol] = nil }
    }
  }
}

/// A symbol's state in one place, with what was seen last.
package final class LivePlace: Sendable {
  /// What is kept of a symbol.
  package struct State: Sendable {
    package var symbol: LiveSymbol
    /// Whether it has changed since it was saved.
    var isDirty = false
    /// The newest trade.
    var tick = Tick(symbol: "", time: Tick.noTime)
    /// When it came.
    var arrival: ContinuousClock.Instant?
    /// What was noticed of the newest prediction's data.
    var quality = PredictionRecord.Quality()
    /// Trades so far.
    var trades = 0
    /// The newest predictions.
    package var results: [(model: ServedModel, prediction: BundlePrediction)] = []
    var outcomes = OutcomeTracker()
    var history = SignalHistory()
    var samples = FeatureSamples()

    init(_ symbol: LiveSymbol) { self.symbol = symbol }
  }

  package let symbol: String
  private let state: Mutex<State>

  package init(_ symbol: LiveSymbol) {
    self.symbol = symbol.symbol
    state = Mutex(State(symbol))
  }

  package func withLock<Value>(_ body: (inout sending State) throws -> sending Value) rethrows -> sending Value {
    try state.withLock(body)
  }
}

extension LivePlace.State {
  /// Keeps what a predicted tick and its predictions say, for those who ask and those who watch.
  mutating func observe(
    _ tick: Tick, _ results: [(model: ServedModel, prediction: BundlePrediction)],
    _ quality: PredictionRecord.Quality, at arrival: ContinuousClock.Instant
  ) {
    self.tick = tick
    self.arrival = arrival
    self.quality = quality
    self.results = results
    trades += 1
    for result in results { result.model.statistics.streamed.add(1, ordering: .relaxed) }
    let scored = outcomes.take(price: tick.price, time: tick.time, results, at: arrival) { symbol.hasTaken($0) }
    ServedModelStatistics.count(scored, at: arrival)
    history.add(tick, results, at: arrival)
    samples.add(symbol)
  }
}

/// The last minutes of a symbol: price and signals, at most one point in a second.
struct SignalHistory: Sendable {
  struct Point: Sendable {
    /// Seconds since the machine's clock began, rounded down.
    let second: Int64
    /// Seconds since 1970 UTC.
    let date: Double
    var price: Double
    /// Signals by model.
    var signals: [(name: String, signal: Double)]
  }

  /// Points that are kept.
  static let limit = 600
  private(set) var points: [Point] = []
  private var next = 0
  private static let start = ContinuousClock.now

  /// The points, the oldest first.
  var ordered: [Point] { points.count < Self.limit ? points : Array(points[next...] + points[..<next]) }

  mutating func add(
    _ tick: Tick, _ results: [(model: ServedModel, prediction: BundlePrediction)], at arrival: ContinuousClock.Instant
  ) {
    let second = (arrival - Self.start).components.seconds
    let last =
      points.isEmpty ? nil : points.count < Self.limit ? points.count - 1 : (next + Self.limit - 1) % Self.limit
    guard last.map({ points[$0].second != second }) ?? true else { return }
    let point = Point(
      second: second, date: Date().timeIntervalSince1970, price: tick.price,
      signals: results.map { ($0.model.name, $0.prediction.signal) })
    if points.count < Self.limit {
      points.append(point)
    } else {
      points[next] = point
      next = (next + 1) % Self.limit
    }
  }
}

/// Rows of features for the watch over drift: one of so many trades, the last of them.
struct FeatureSamples: Sendable {
  /// Trades between two rows.
  static let stride = 16
  /// Rows that are kept a symbol.
  static let limit = 128
  private var trades = 0
  private(set) var rows: [(lane: LiveModels.Lane, values: [Double])] = []
  private var next = 0

  mutating func add(_ symbol: LiveSymbol) {
    trades += 1
    guard trades % Self.stride == 0 else { return }
    // Features that have not begun would look like ones that went missing.
    for (lane, values) in symbol.fullRows {
      if rows.count < Self.limit {
        rows.append((lane, Array(values)))
      } else {
        rows[next] = (lane, Array(values))
        next = (next + 1) % Self.limit
      }
    }
  }
}
