import Synchronization

/// What a served version has done; many threads add to it.
package final class ServedModelStatistics: Sendable {
  /// Predictions on request, and how long they took.
  let latency = DurationHistogram(bounds: DurationHistogram.predictionBounds)
  /// Predictions of the stream.
  let streamed = Atomic(0)
  /// How right it was where the outcome is known.
  let outcomes = Mutex(OutcomeScores())

  /// Rows of batches, and the nanoseconds that they took.
  let batchRows = Atomic(0)
  let batchTime = Atomic<Int64>(0)

  package init() {}

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
      Snapshot(counts: zip(now.counts, before.counts).map { $0 - $1 }, sum: now.sum - before.sum)
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
