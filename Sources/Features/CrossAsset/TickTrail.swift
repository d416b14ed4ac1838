/// The ticks of one series that a window still holds: times strictly ascending, values finite.
struct TickTrail: Sendable, Codable {
  private var times: [Int64] = []
  private var values: [Double] = []
  private var first = 0

  var count: Int { times.count - first }

  /// Takes a tick not before the last one; of several at one time the last counts, and missing ones do not.
  mutating func append(_ time: Int64, _ value: Double) {
    guard value.isNumber else { return }
    if first < times.count, times[times.count - 1] == time {
      values[values.count - 1] = value
      return
    }
    times.append(time)
    values.append(value)
  }

  /// Drops ticks at or before a time.
  mutating func drop(through time: Int64) {
    while first < times.count, times[first] <= time { first += 1 }
    compact()
  }

  /// Drops all but the newest.
  mutating func keep(_ limit: Int) {
    first = max(first, times.count - limit)
    compact()
  }

  /// Frees what was dropped once it is half of all, so that a tick costs O(1) on average.
  private mutating func compact() {
    guard first > 64, 2 * first > times.count else { return }
    times.removeFirst(first)
    values.removeFirst(first)
    first = 0
  }

  /// Lends the ticks.
  func withTicks<Result>(_ body: (TickSpan) -> Result) -> Result {
    times.withUnsafeBufferPointer { times in
      values.withUnsafeBufferPointer { values in
        body(TickSpan(times: .init(rebasing: times[first...]), values: .init(rebasing: values[first...])))
      }
    }
  }
}

/// Ticks in the memory of others; valid during the call that lends them.
struct TickSpan {
  /// Strictly ascending.
  let times: UnsafeBufferPointer<Int64>
  let values: UnsafeBufferPointer<Double>

  /// Σ (x − x before)².
  var variation: Double {
    var sum = 0.0
    for k in 0..<max(0, values.count - 1) {
      let change = values[k + 1] - values[k]
      sum += change * change
    }
    return sum
  }

  /// Σ of products of changes whose spans of time overlap once the other series is moved `lag` back.
  func covariance(_ other: TickSpan, lag: Int64) -> Double {
    guard times.count > 1, other.times.count > 1 else { return 0 }
    let lastOther = other.times.count - 1
    var sum = 0.0
    // All changes of the other that overlap one of ours are one change, from `low` to `high`: the last tick at or before its
    // start and the first at or behind its end.
    var (low, high) = (0, 0)
    for k in 1..<times.count {
      let (start, end) = (times[k - 1] &+ lag, times[k] &+ lag)
      while low < lastOther, other.times[low + 1] <= start { low += 1 }
      while high < lastOther, other.times[high] < end { high += 1 }
      if high > low { sum += (values[k] - values[k - 1]) * (other.values[high] - other.values[low]) }
    }
    return sum
  }
}
