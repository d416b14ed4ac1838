import Features
import Modeling
import Synchronization

/// What a served version has done; many threads add to it.
package final class ServedModelStatistics: Sendable {
  /// Predictions on request, and how long they took.
  let latency = DurationHistogram(bounds: DurationHistogram.predictionBounds)
  /// Predictions of the stream.
  let streamed = Atomic(0)
  /// How right it was where the outcome is known.
  let outcomes = Mutex(OutcomeScores())
  /// Against the version that it is tried beside.
  private let comparison = Mutex<LossComparison?>(nil)
  /// Scores of the outcomes by name; made by the watch, for sorting 10,000 of them is nothing for who asks.
  let scores = Mutex<(rows: Int, values: [String: Double])>((0, [:]))

  /// Rows of batches, and the nanoseconds that they took.
  let batchRows = Atomic(0)
  let batchTime = Atomic<Int64>(0)

  package init() {}

  /// Counts predictions whose outcomes came, pairs of the same trade against each other.
  package static func count(_ scored: [OutcomeTracker.Scored], at now: ContinuousClock.Instant) {
    for own in scored {
      own.model.statistics.outcomes.withLock { $0.add(own.prediction, label: own.label) }
      for other in scored
      where other.model.name == own.model.name && other.model !== own.model && other.trade == own.trade
        // Losses of unlike labels say nothing of each other.
        && other.label == own.label && other.model.bundle.target == own.model.bundle.target
      {
        own.model.statistics.compare(own, other, at: now)
      }
    }
  }

  private func compare(
    _ own: OutcomeTracker.Scored, _ other: OutcomeTracker.Scored, at now: ContinuousClock.Instant
  ) {
    comparison.withLock { comparison in
      if comparison?.other != other.model.version {
        // Outcomes of pairs with a version that is gone come late, from symbols that trade rarely.
        if let comparison, own.arrival <= comparison.start { return }
        comparison = LossComparison(with: other.model.version, start: now)
      }
      comparison?.add(own.loss - other.loss, made: own.arrival, known: now)
    }
  }

  /// Pairs with the version that it is compared with.
  package var pairs: (other: String, count: Int)? { comparison.withLock { $0.map { ($0.other, $0.pairs) } } }

  /// The chance of its losses against those of a version; nil where it cannot be told yet.
  func pValue(against version: String) -> Double? {
    comparison.withLock { $0?.other == version ? $0?.pValue : nil }
  }

  /// Makes the scores of what came since the last time.
  func updateScores(_ target: TargetConfiguration) {
    let outcomes = outcomes.withLock { $0 }
    guard outcomes.rows != scores.withLock({ $0.rows }) else { return }
    let values = outcomes.named(target)
    scores.withLock { $0 = (outcomes.rows, values) }
  }

  /// Counts a batch.
  func add(batch rows: Int, _ nanoseconds: Int64) {
    batchRows.add(rows, ordering: .relaxed)
    batchTime.add(nanoseconds, ordering: .relaxed)
  }
}

/// Durations in buckets with fixed bounds, as Prometheus counts them; many threads add to it.
package final class DurationHistogram: Sendable {
  /// Bounds of predictions, in nanoseconds: 1 µs to 10 ms.
  static let predictionBounds: [Int64] = [
    1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000, 10_000_000,
  ]
  /// Bounds of requests, in nanoseconds: 25 µs to 10 s.
  static let requestBounds: [Int64] = [
    25_000, 50_000, 100_000, 200_000, 500_000, 1_000_000, 2_000_000, 5_000_000, 10_000_000, 25_000_000, 50_000_000,
    100_000_000, 250_000_000, 500_000_000, 1_000_000_000, 2_500_000_000, 10_000_000_000,
  ]

  /// What was counted so far.
  package struct Snapshot: Sendable, Hashable {
    /// Durations by bucket, the last beyond all bounds.
    var counts: [Int]
    /// Sum of all durations in nanoseconds.
    var sum: Int64 = 0

    var total: Int { counts.reduce(0, +) }

    static func += (sum: inout Snapshot, other: Snapshot) {
      for place in sum.counts.indices { sum.counts[place] += other.counts[place] }
      sum.sum += other.sum
    }

    /// The duration in nanoseconds that a share of what was counted is not above; nil for nothing.
    ///
    /// As Prometheus' `histogram_quantile`: evenly spread within a bucket; beyond all bounds the last of them.
    func percentile(_ share: Double, _ bounds: [Int64]) -> Int64? {
      let wanted = (share * Double(total)).rounded(.up)
      guard total > 0 else { return nil }
      var before = 0.0
      for (place, count) in counts.enumerated() where count > 0 {
        let own = Double(count)
        if before + own >= wanted, place < bounds.count {
          let low = place == 0 ? 0 : bounds[place - 1]
          return low + Int64((Double(bounds[place] - low) * (wanted - before) / own).rounded())
        }
        before += own
      }
      return bounds.last
    }

    static func - (now: Snapshot, before: Snapshot) -> Snapshot {
      // Versions that are gone take their counts with them.
      Snapshot(counts: zip(now.counts, before.counts).map { max(0, $0 - $1) }, sum: max(0, now.sum - before.sum))
    }
  }

  let bounds: [Int64]
  private let state: Mutex<Snapshot>

  package init(bounds: [Int64]) {
    self.bounds = bounds
    state = Mutex(Snapshot(counts: [Int](repeating: 0, count: bounds.count + 1)))
  }

  package func add(_ nanoseconds: Int64) {
    var place = 0
    while place < bounds.count, nanoseconds > bounds[place] { place += 1 }
    state.withLock { state in
      state.counts[place] += 1
      state.sum += nanoseconds
    }
  }

  package var snapshot: Snapshot { state.withLock { $0 } }
}
