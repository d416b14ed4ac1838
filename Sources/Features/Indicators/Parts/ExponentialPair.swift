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
    // Blocks of sums begin at rows that are multiples of eight, so that over columns they begin lines of the cache.
    let place = slow.period & 7
    return fast.pushFinite(value, inStepAt: place) - slow.pushFinite(value, inStepAt: place)
  }
}
