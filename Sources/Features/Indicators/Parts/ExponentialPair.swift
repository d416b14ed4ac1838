/// Difference of a fast and a slow exponential mean that both start at the slow one's first value.
struct ExponentialPair: Sendable, Codable {
  var fast: ExponentialAverage
  var slow: ExponentialAverage

  init(_ first: Int, _ second: Int) {
    let (short, long) = (min(first, second), max(first, second))
    fast = ExponentialAverage(short, delay: long - short)
    slow = ExponentialAverage(long)
  }

  init(_ short: Int, _ long: Int, weights: (Double, Double)) {
    fast = ExponentialAverage(short, weight: weights.0, delay: long - short)
    slow = ExponentialAverage(long, weight: weights.1)
  }

  var lookback: Int { slow.period - 1 }

  /// Takes a value and returns the difference; NaN while there is none or for a missing value.
  @inline(__always)
  mutating func push(_ value: Double) -> Double {
    guard value.isNumber else { return .nan }
    return fast.pushFinite(value) - slow.pushFinite(value)
  }
}
