import CKernels

/// An exponential mean that starts from the simple mean of its first n values; a missing value changes nothing.
///
/// The one recursion of EMA, RMA and everything built on them: mean ← mean·(1 − w) + x·w.
struct ExponentialAverage: Sendable, Codable {
  let period: Int
  let weight: Double
  var sum: DecayingSum
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
  ///
  /// - Parameter place: Where in a block of sums the mean starts: ``place`` of another with which it shall be in step.
  @inline(__always)
  mutating func push(_ value: Double, inStepAt place: Int = 0) -> Double {
    guard value.isNumber else { return .nan }
    return pushFinite(value, inStepAt: place)
  }

  /// The same for a value that is known to be finite.
  @inline(__always)
  mutating func pushFinite(_ value: Double, inStepAt place: Int = 0) -> Double {
    if awaited == 0 { return sum.push(value * weight) }
    if awaited <= period { total += value }
    awaited &-= 1
    guard awaited == 0 else { return .nan }
    let mean = total / Double(period)
    sum.start(mean, at: place)
    return mean
  }

  /// Where in a block of sums the next value goes.
  @inline(__always)
  var place: Int { sum.place }

  /// Whether the mean has been seeded.
  @inline(__always)
  var isSteady: Bool { awaited == 0 }

  /// Pushes `count` finite values into a steady mean; the means go to `results`, which may be the values' place.
  @inline(__always)
  mutating func run(_ values: UnsafePointer<Double>, count: Int, into results: UnsafeMutablePointer<Double>) {
    sum.run(values, weight: weight, count: count, into: results)
  }

  /// Pushes `count` finite values into six steady means in step, of which each takes the results of the one before.
  ///
  /// `results`, which may be the values' place, get the sum of the last four times their shares.
  static func runCascade(
    _ means: inout [ExponentialAverage], _ values: UnsafePointer<Double>, count: Int, shares: SIMD4<Double>,
    into results: UnsafeMutablePointer<Double>
  ) {
    func push(_ rows: Range<Int>) {
      for row in rows {
        var value = means[1].pushFinite(means[0].pushFinite(values[row]))
        var sum = 0.0
        for place in 0..<4 {
          value = means[place &+ 2].pushFinite(value)
          sum = place == 0 ? value * shares[0] : sum + value * shares[place]
        }
        results[row] = sum
      }
    }
    let start = means[0].place == 0 ? 0 : min(count, 8 - means[0].place)
    push(0..<start)
    let groups = (count - start) / 32
    if groups > 0 {
      var anchors = means.map(\.sum.anchorValue)
      let weights = means.map(\.weight)
      let rests = means.map(\.sum.rest)
      let powers = means.flatMap { mean in (0..<8).map { mean.sum.blockPowers[$0] } }
      let shares = [shares[0], shares[1], shares[2], shares[3]]
      kernel_decay_cascade(values + start, weights, rests, powers, &anchors, shares, groups, results + start)
      for stage in 0..<6 { means[stage].sum.start(anchors[stage]) }
    }
    push(start + 32 * groups..<count)
  }

  /// Pushes the changes of `groups` of 32 finite values against the ones before, and their sizes, each into two steady means of
  /// which the second takes the results of the first, all at the start of a block.
  ///
  /// - Parameters:
  ///   - means: The first of the changes and of the sizes, then the second of both.
  ///   - results: 100 times the ratio of the last two.
  static func runStrength(
    _ means: inout [ExponentialAverage], _ values: UnsafePointer<Double>, groups: Int,
    into results: UnsafeMutablePointer<Double>
  ) {
    var anchors = means.map(\.sum.anchorValue)
    let stages = [means[0], means[2]]
    let powers = stages.flatMap { mean in (0..<8).map { mean.sum.blockPowers[$0] } }
    kernel_strength(values, stages.map(\.weight), stages.map(\.sum.rest), powers, &anchors, groups, results)
    for place in 0..<4 { means[place].sum.start(anchors[place]) }
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
