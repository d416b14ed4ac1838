/// A fast and a slow moving average of the same values where the slow one is the longer.
struct AveragePair: Sendable, Codable {
  private var fast: MovingAverage
  private var slow: MovingAverage
  private var fastValue = Held()
  private var slowValue = Held()
  private var awaited: Int

  /// Makes two averages; they change places where the fast one is the longer.
  ///
  /// - Parameter startTogether: Whether the one with the shorter look-back waits for the other to start.
  init(fast first: (Int, MovingAverageType), slow second: (Int, MovingAverageType), startTogether: Bool = false) {
    let (short, long) = first.0 > second.0 ? (second, first) : (first, second)
    let lookbacks = (MovingAverage.lookback(short.1, short.0), MovingAverage.lookback(long.1, long.0))
    let most = max(lookbacks.0, lookbacks.1)
    fast = MovingAverage(short.1, short.0, delay: startTogether ? most - lookbacks.0 : 0)
    slow = MovingAverage(long.1, long.0, delay: startTogether ? most - lookbacks.1 : 0)
    awaited = most
  }

  var lookback: Int { max(fast.lookback, slow.lookback) }
  /// Whether as many values have come as the look-back lets pass.
  var isStarted: Bool { awaited < 0 }

  @inline(__always)
  mutating func push(_ value: Double, commit: Bool) {
    fastValue.value = fast.push(value, commit: commit)
    slowValue.value = slow.push(value, commit: commit)
    if awaited >= 0 { awaited &-= 1 }
  }

  /// Fast less slow.
  @inline(__always)
  var difference: Double { fastValue.value - slowValue.value }

  /// Fast less slow in percent of the slow one; 0 where that is 0.
  @inline(__always)
  var percentage: Double {
    let slow = slowValue.value
    return slow == 0 ? 0 : (fastValue.value - slow) / slow * 100
  }

  mutating func makeUnique() {
    fast.makeUnique()
    slow.makeUnique()
  }
}

extension AveragePair {
  /// Whether both averages run over columns and have their first results.
  @inline(__always)
  var isSteady: Bool { fast.isSteady && slow.isSteady && isStarted }

  /// Both averages after each of `count` finite values.
  @inline(__always)
  mutating func run(
    _ values: UnsafePointer<Double>, count: Int, fast quick: UnsafeMutablePointer<Double>,
    slow late: UnsafeMutablePointer<Double>
  ) {
    fast.run(values, count: count, into: quick)
    slow.run(values, count: count, into: late)
    fastValue.value = quick[count &- 1]
    slowValue.value = late[count &- 1]
  }

  /// Fast less slow in percent of the slow one after each of `count` finite values.
  @inline(__always)
  mutating func runPercentages(
    _ values: UnsafePointer<Double>, count: Int, into results: UnsafeMutablePointer<Double>,
    scratch: UnsafeMutablePointer<Double>
  ) {
    run(values, count: count, fast: results, slow: scratch)
    for row in 0..<count {
      let found = (results[row] - scratch[row]) / scratch[row] * 100
      results[row] = scratch[row] == 0 ? 0 : found
    }
  }
}
