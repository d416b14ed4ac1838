/// An exponential mean that starts from the simple mean of its first n values; a missing value changes nothing.
///
/// The one recursion of EMA, RMA and everything built on them: mean ← mean·(1 − w) + x·w.
struct ExponentialAverage: Sendable, Codable {
  let period: Int
  private let weight: Double
  private var sum: DecayingSum
  private var total = 0.0
  /// Values still to come before the seed, and those to let pass first.
  private var awaited: Int

  /// Makes the mean with weight 2/(n + 1), or Wilder's 1/n.
  ///
  /// - Parameter delay: Values to let pass before the first of the seed.
  init(_ period: Int, wilder: Bool = false, delay: Int = 0) {
    self.init(period, weight: wilder ? 1 / Double(period) : 2 / Double(period + 1), delay: delay)
  }

  /// Makes the mean with a weight of its own.
  init(_ period: Int, weight: Double, delay: Int = 0) {
    precondition(period >= 1, "a mean is of at least one value")
    self.period = period
    self.weight = weight
    sum = DecayingSum(rest: 1 - weight)
    awaited = period + delay
  }

  /// Takes a value and returns the mean; NaN while it is seeded or for a missing value.
  @inline(__always)
  mutating func push(_ value: Double) -> Double {
    guard value.isNumber else { return .nan }
    return pushFinite(value)
  }

  /// The same for a value that is known to be finite.
  @inline(__always)
  mutating func pushFinite(_ value: Double) -> Double {
    if awaited == 0 { return sum.push(value * weight) }
    if awaited <= period { total += value }
    awaited &-= 1
    guard awaited == 0 else { return .nan }
    let mean = total / Double(period)
    sum.start(mean)
    return mean
  }

  /// Whether the mean has been seeded.
  @inline(__always)
  var isSteady: Bool { awaited == 0 }

  /// Pushes `count` finite values into a steady mean; the means go to `results`, which may be the values' place.
  @inline(__always)
  mutating func run(_ values: UnsafePointer<Double>, count: Int, into results: UnsafeMutablePointer<Double>) {
    sum.run(values, weight: weight, count: count, into: results)
  }

  /// Pushes `count` finite values into two steady means; `results`, which may be the values' place, get the first less the
  /// second.
  @inline(__always)
  static func runDifference(
    _ first: inout ExponentialAverage, _ second: inout ExponentialAverage, _ values: UnsafePointer<Double>, count: Int,
    into results: UnsafeMutablePointer<Double>
  ) {
    if first.sum.isInStep(with: second.sum) {
      DecayingSum.runDifference(
        &first.sum, &second.sum, weights: SIMD2(first.weight, second.weight), values, count: count, into: results)
    } else {
      for row in 0..<count { results[row] = first.pushFinite(values[row]) - second.pushFinite(values[row]) }
    }
  }
}
