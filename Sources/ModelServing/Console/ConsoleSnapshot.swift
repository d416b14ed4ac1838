#if Serving
import Features
import Evaluation
import Boosting
import Foundation
import Modeling
import Synchronization
import TickData

/// What the console shows, once a second; names in JSON are in snake case.
struct ConsoleSnapshot: Sendable, Codable {
  struct Rates: Sendable, Codable {
    let ticksPerS: Double
    let predictionsPerS: Double
    let requestsPerS: Double
  }

  /// Microseconds.
  struct Latency: Sendable, Codable {
    let requestP50Us: Double?
    let requestP99Us: Double?
    let predictionP50Us: Double?
    let predictionP99Us: Double?
  }

  struct Stream: Sendable, Codable {
    let lag: Int
    let symbols: Int
    let partitions: Int
  }

  struct Prediction: Sendable, Codable {
    let prediction: Double
    let confidence: Double?
    let signal: Double
    let version: String
  }

  struct Symbol: Sendable, Codable {
    let symbol: String
    let price: Double?
    let bid: Double?
    let ask: Double?
    let featureTime: String?
    let ageS: Double
    let ticks: Int
    let quality: [String]
    let predictions: [String: Prediction]
  }

  struct Model: Sendable, Codable {
    let name: String
    let target: String
    let kind: String
    let version: String
    let alias: String
    let trees: Int
    let features: Int
    let trainedTo: String
    let scores: [String: Double]
    let live: LiveScoresAnswer?
    let challenger: ChallengerAnswer?
    let refused: String?
  }

  struct Drift: Sendable, Codable {
    struct Feature: Sendable, Codable {
      let feature: String
      let stabilityIndex: Double
      /// Nil where one side has no values.
      let ksPValue: Double?
      let wasserstein: Double?
      let drifted: Bool
    }

    let model: String
    let checkedAt: String
    let rows: Int
    let features: [Feature]
  }

  struct AlarmEntry: Sendable, Codable {
    let time: String
    let kind: String
    let message: String
  }

  struct Quality: Sendable, Codable {
    let late: Int
    let missing: Int
    let rejected: Int
    let cleaned: Int
    let repeated: Int
    let missingFeatures: Int
  }

  let time: String
  let uptimeS: Double
  let version: String
  let status: String
  let problems: [String]
  let rates: Rates
  let latency: Latency
  let stream: Stream?
  let memoryBytes: Int
  let symbols: [Symbol]
  let models: [Model]
  let drift: Drift?
  let alarms: [AlarmEntry]
  let quality: Quality

  /// Symbols that are shown at most: those whose ticks are newest.
  static let symbolLimit = 500
}

extension ConsoleSnapshot {
  init(_ serving: ServingState) {
    let seen = serving.watch.seen
    let problems = serving.problems
    time = Self.text(Date())
    uptimeS = (serving.uptime * 10).rounded() / 10
    version = libraryVersion
    status = problems.isEmpty ? "ok" : "degraded"
    self.problems = problems
    rates = Rates(
      ticksPerS: seen.ticksPerSecond, predictionsPerS: seen.predictionsPerSecond, requestsPerS: seen.requestsPerSecond)
    latency = Latency(
      requestP50Us: Self.micro(seen.requests.p50), requestP99Us: Self.micro(seen.requests.p99),
      predictionP50Us: Self.micro(seen.predictions.p50), predictionP99Us: Self.micro(seen.predictions.p99))
    let counts = serving.streamCounts?()
    stream = counts.map { Stream(lag: $0.lag, symbols: serving.predictor.table.count, partitions: $0.partitions) }
    memoryBytes = residentBytes()
    let all = serving.predictor.table.all.map(Symbol.init)
    symbols =
      all.count <= Self.symbolLimit
      ? all : Array(all.sorted { $0.ageS < $1.ageS }.prefix(Self.symbolLimit)).sorted { $0.symbol < $1.symbol }
    let refusals = serving.host.refusals
    models = serving.host.models.entries.map { Model($0, refused: refusals[$0.name]?.reason) }
    drift = seen.drift.values.max { ($0.share, $1.model) < ($1.share, $0.model) }.map(Drift.init)
    alarms = seen.alarms.reversed().map {
      AlarmEntry(time: Self.text($0.time), kind: $0.kind.rawValue, message: $0.message)
    }
    quality = Quality(
      late: counts?.late ?? 0, missing: Int(counts?.missing ?? 0), rejected: counts?.rejected ?? 0,
      cleaned: counts?.cleaned ?? 0, repeated: counts?.repeated ?? 0,
      missingFeatures: symbols.count { $0.quality.contains("missing_features") })
  }

  static func micro(_ nanoseconds: Int64?) -> Double? { nanoseconds.map { Double($0) / 1000 } }

  static func text(_ date: Date) -> String {
    date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
  }

  static func text(_ time: Int64) -> String? {
    time == Tick.noTime ? nil : text(Date(timeIntervalSince1970: Double(time) / 1e9))
  }
}

extension ConsoleSnapshot.Symbol {
  init(_ place: LivePlace) {
    self = place.withLock { state in
      func number(_ value: Double) -> Double? { value.isFinite ? value : nil }
      let age = state.arrival.map { (ContinuousClock.now - $0) / .seconds(1) } ?? 0
      return ConsoleSnapshot.Symbol(
        symbol: place.symbol, price: number(state.tick.price), bid: number(state.tick.bid), ask: number(state.tick.ask),
        featureTime: ConsoleSnapshot.text(state.tick.time), ageS: (age * 10).rounded() / 10, ticks: state.trades,
        quality: state.quality.names,
        predictions: Dictionary(
          state.results.map { result in
            (
              result.model.name,
              ConsoleSnapshot.Prediction(
                prediction: result.prediction.prediction, confidence: result.prediction.confidence,
                signal: result.prediction.signal, version: result.model.version)
            )
          }
          // The version that answers comes first, then the one that is tried beside it.
        ) { first, _ in first })
    }
  }
}

extension ConsoleSnapshot.Model {
  init(_ entry: LiveModels.Entry, refused: String?) {
    let bundle = entry.champion.bundle
    self.init(
      name: entry.name, target: bundle.target.name, kind: bundle.kind.rawValue, version: bundle.modelVersion,
      alias: ModelRegistry.champion, trees: bundle.model.treeCount, features: bundle.model.featureNames.count,
      trainedTo: ConsoleSnapshot.text(bundle.data.lastTime) ?? "", scores: bundle.meanScores,
      live: LiveScoresAnswer(entry.champion), challenger: ChallengerAnswer(entry), refused: refused)
  }
}

extension ConsoleSnapshot.Drift {
  init(_ report: DriftReport) {
    self.init(
      model: report.model, checkedAt: ConsoleSnapshot.text(report.time), rows: report.rows,
      features: report.features.map {
        Feature(
          feature: $0.name, stabilityIndex: $0.stabilityIndex, ksPValue: $0.drift?.ksPValue,
          wasserstein: $0.drift.flatMap { $0.normalisedWasserstein.isFinite ? $0.normalisedWasserstein : nil },
          drifted: $0.hasDrifted)
      })
  }
}

/// The points of a symbol's chart.
struct ConsoleHistory: Sendable, Codable {
  let symbol: String
  let models: [String]
  /// Milliseconds since 1970 UTC, the price, and the signal of each model.
  let points: [[Double?]]

  init(_ place: LivePlace) {
    symbol = place.symbol
    let all = place.withLock { $0.history.ordered }
    // The newest point knows the models that predict now.
    let models = all.last?.signals.map(\.name) ?? []
    let names = models.enumerated().filter { models.firstIndex(of: $0.element) == $0.offset }.map(\.element)
    self.models = names
    points = all.map { point in
      [(point.date * 1000).rounded(), point.price.isFinite ? point.price : nil]
        + names.map { name in point.signals.first { $0.name == name }?.signal }
    }
  }
}

/// Resident memory of this process, in bytes; 0 where the system does not tell.
func residentBytes() -> Int {
  // Linux tells; elsewhere the figure is left out.
  guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8),
    let pages = text.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
  else { return 0 }
  return pages * sysconf(Int32(_SC_PAGESIZE))
}
#endif
