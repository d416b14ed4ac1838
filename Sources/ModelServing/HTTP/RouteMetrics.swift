import Synchronization

/// What was asked of a route, by the status of the answers.
final class RouteMetrics: Sendable {
  /// `GET /predict/{symbol}`.
  let method: String
  let path: String
  let durations = DurationHistogram(bounds: DurationHistogram.requestBounds)
  private let statuses = Mutex<[Int: Int]>([:])

  init(method: String, path: String) {
    self.method = method
    self.path = path
  }

  func count(_ status: Int, _ nanoseconds: Int64) {
    durations.add(nanoseconds)
    statuses.withLock { $0[status, default: 0] += 1 }
  }

  var counts: [Int: Int] { statuses.withLock { $0 } }
}

/// Work that is done at once, up to a limit.
final class WorkLimit: Sendable {
  let limit: Int
  private let running = Atomic(0)
  private let refusals = Atomic(0)

  init(_ limit: Int) { self.limit = limit }

  /// Whether there is room; then ``leave()`` has to follow.
  func enter() -> Bool {
    guard running.add(1, ordering: .relaxed).newValue <= limit else {
      running.subtract(1, ordering: .relaxed)
      refusals.add(1, ordering: .relaxed)
      return false
    }
    return true
  }

  func leave() { running.subtract(1, ordering: .relaxed) }

  var count: Int { running.load(ordering: .relaxed) }
  var refused: Int { refusals.load(ordering: .relaxed) }
}
