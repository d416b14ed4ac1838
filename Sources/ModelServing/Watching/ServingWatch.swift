#if Serving
import Evaluation
import Features
import Foundation
import Logging
import Metrics
import Modeling
import Synchronization
import TickStreaming

/// Looks at a service every second: rates and latencies, live accuracy, drift, silence; raises alarms.
final class ServingWatch: Sendable {
  /// What was seen at the last look.
  struct Seen: Sendable {
    var ticksPerSecond = 0.0
    var predictionsPerSecond = 0.0
    var requestsPerSecond = 0.0
    /// Percentiles in nanoseconds over the last ``window`` seconds; nil where nothing was measured.
    var requests: (p50: Int64?, p99: Int64?) = (nil, nil)
    var predictions: (p50: Int64?, p99: Int64?) = (nil, nil)
    /// Drift by model.
    var drift: [String: DriftReport] = [:]
    /// The last alarms, the oldest first.
    var alarms: [Alarm] = []
    /// Alarms by kind so far.
    var alarmCounts: [Alarm.Kind: Int] = [:]
  }

  private struct Sample {
    let time: ContinuousClock.Instant
    let ticks: Int
    let predictions: Int
    let requests: DurationHistogram.Snapshot
    let latencies: DurationHistogram.Snapshot
  }

  private struct State {
    var seen = Seen()
    var samples: [Sample] = []
    var lastDrift = ContinuousClock.now
    var lastTicks = 0
    var lastTick = ContinuousClock.now
    /// Predictions of ticks by version at the last look, and of all so far.
    var streamed: [ObjectIdentifier: Int] = [:]
    var streamedSum = 0
    var silence: String?
    /// Why models were refused at the last look.
    var refused: [String: String] = [:]
    /// Alarms that are up, so that they are raised once.
    var raised: Set<String> = []
  }

  let options: WatchOptions
  private let logger: Logger
  private let state = Mutex(State())
  /// Seconds that rates and percentiles look back.
  static let window = 10
  private static let alarmLimit = 100

  init(_ options: WatchOptions, _ logger: Logger) {
    self.options = options
    self.logger = logger
  }

  var seen: Seen { state.withLock { $0.seen } }
  /// That no ticks come, while none do.
  var silence: String? { state.withLock { $0.silence } }

  /// Raises an alarm: an entry of the list, a line in the log and a count in the metrics.
  func raise(_ kind: Alarm.Kind, _ message: String) {
    state.withLock { state in
      state.seen.alarms.append(Alarm(time: Date(), kind: kind, message: message))
      if state.seen.alarms.count > Self.alarmLimit { state.seen.alarms.removeFirst() }
      state.seen.alarmCounts[kind, default: 0] += 1
    }
    logger.warning("alarm", metadata: ["kind": "\(kind.rawValue)", "message": "\(message)"])
  }

  /// Raises an alarm where it was not up, and takes it back where it is no more.
  private func set(_ key: String, _ isUp: Bool, _ kind: Alarm.Kind, _ message: @autoclosure () -> String) {
    let isNew = state.withLock { state in isUp ? state.raised.insert(key).inserted : state.raised.remove(key) != nil }
    if isUp, isNew { raise(kind, message()) }
  }

  // MARK: - Every second

  func look(_ serving: ServingState) {
    let live = serving.host.models
    let models = live.entries.flatMap { [$0.champion, $0.challenger].compactMap { $0 } }
    lookAtRates(serving, models)
    lookAtSilence(serving)
    lookAtRefusals(serving.host.refusals)
    let failure = serving.predictor.log?.failure
    set("log", failure != nil, .log, "predictions cannot be logged: \(failure ?? "")")
    for model in models { model.statistics.updateScores(model.bundle.target) }
    for entry in live.entries { lookAtAccuracy(entry.champion) }
    let isDue = state.withLock { state in
      guard options.driftInterval > 0, ContinuousClock.now - state.lastDrift >= .seconds(options.driftInterval) else {
        return false
      }
      state.lastDrift = .now
      return true
    }
    if isDue { lookAtDrift(serving, live) }
  }

  private func lookAtRates(_ serving: ServingState, _ models: [ServedModel]) {
    let bounds = DurationHistogram.requestBounds
    var requests = DurationHistogram.Snapshot(counts: [Int](repeating: 0, count: bounds.count + 1))
    for route in serving.gate.allMetrics { requests += route.durations.snapshot }
    var latencies = DurationHistogram.Snapshot(
      counts: [Int](repeating: 0, count: DurationHistogram.predictionBounds.count + 1))
    var predictions = streamed(models)
    for model in models {
      latencies += model.statistics.latency.snapshot
    }
    predictions += latencies.total
    let now = Sample(
      time: .now, ticks: serving.predictor.table.taken.load(ordering: .relaxed), predictions: predictions,
      requests: requests, latencies: latencies)
    state.withLock { state in
      state.samples.append(now)
      while state.samples.count > Self.window + 1 { state.samples.removeFirst() }
      guard let first = state.samples.first, state.samples.count > 1 else { return }
      let seconds = (now.time - first.time) / .seconds(1)
      // Versions that are gone take their counts with them.
      state.seen.ticksPerSecond = Double(max(0, now.ticks - first.ticks)) / seconds
      state.seen.predictionsPerSecond = Double(max(0, now.predictions - first.predictions)) / seconds
      let asked = now.requests - first.requests
      state.seen.requestsPerSecond = Double(max(0, asked.total)) / seconds
      state.seen.requests = (asked.percentile(0.5, bounds), asked.percentile(0.99, bounds))
      let made = now.latencies - first.latencies
      let limits = DurationHistogram.predictionBounds
      state.seen.predictions = (made.percentile(0.5, limits), made.percentile(0.99, limits))
    }
  }

  /// Adds what a version has predicted of ticks since the last look; all versions' sum, those that are gone included.
  private func streamed(_ models: [ServedModel]) -> Int {
    state.withLock { state in
      var counts: [ObjectIdentifier: Int] = [:]
      for model in models {
        let count = model.statistics.streamed.load(ordering: .relaxed)
        counts[ObjectIdentifier(model)] = count
        state.streamedSum += count - (state.streamed[ObjectIdentifier(model)] ?? 0)
      }
      state.streamed = counts
      return state.streamedSum
    }
  }

  private func lookAtSilence(_ serving: ServingState) {
    let ticks = serving.predictor.table.taken.load(ordering: .relaxed)
    let silence = state.withLock { state -> Duration in
      // Without a source, or as a member of a group without partitions, there is nothing to wait for.
      if ticks != state.lastTicks || !serving.awaitsTicks() {
        state.lastTicks = ticks
        state.lastTick = .now
      }
      return ContinuousClock.now - state.lastTick
    }
    let isSilent = options.silence > 0 && silence > .seconds(options.silence)
    let message = "no tick has come for \(Int(options.silence)) seconds"
    state.withLock { $0.silence = isSilent ? message : nil }
    set("silence", isSilent, .silence, message)
  }

  private func lookAtRefusals(_ refusals: [String: ModelHost.Refusal]) {
    let reasons = refusals.mapValues(\.reason)
    let before = state.withLock { state in
      defer { state.refused = reasons }
      return state.refused
    }
    for (name, reason) in reasons.sorted(by: { $0.key < $1.key }) where before[name] != reason {
      raise(.refusal, reason)
    }
  }

  private func lookAtAccuracy(_ model: ServedModel) {
    let outcomes = model.statistics.outcomes.withLock { $0 }
    guard outcomes.recentRows >= options.accuracyRows, let before = model.bundle.meanScores["accuracy"],
      model.bundle.target.classCount != nil
    else { return }
    let now = 1 - outcomes.recentLoss
    let key = "accuracy \(model.name) \(model.version)"
    // It is over when half of the drop is made good: else one at the bound would be raised again and again.
    let drop = state.withLock { $0.raised.contains(key) } ? options.accuracyDrop / 2 : options.accuracyDrop
    set(
      key, now < before - drop, .accuracy,
      "'\(model.name)' is right in \(rounded(now)) of the last \(outcomes.recentRows) live predictions, in training in "
        + rounded(before))
  }

  private func rounded(_ value: Double) -> String { String(format: "%.3f", value) }

  private func lookAtDrift(_ serving: ServingState, _ live: LiveModels) {
    var rows: [LiveModels.Lane: [[Double]]] = [:]
    for place in serving.predictor.table.all {
      for (lane, values) in place.withLock({ $0.samples.rows }) { rows[lane, default: []].append(values) }
    }
    for entry in live.entries {
      // Spread over the symbols, at most as many as tell a move.
      let own = rows[entry.champion.lane] ?? []
      let chosen = own.count <= 1000 ? own : (0..<1000).map { own[$0 * own.count / 1000] }
      guard let report = DriftReport(entry.champion.bundle, live: chosen) else { continue }
      state.withLock { $0.seen.drift[entry.name] = report }
      let names = report.features.filter(\.hasDrifted).prefix(3).map(\.name).joined(separator: ", ")
      set(
        "drift \(entry.name) \(report.version)", report.share >= options.driftShare && report.share > 0, .drift,
        "\(Int(report.share * 100)) % of the features of '\(entry.name)' have moved from training, such as \(names)")
    }
  }
}
#endif
