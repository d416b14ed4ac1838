/// Six exponential means in a row, each started from the simple mean of the first n of the one before.
struct ExponentialCascade: Sendable, Codable {
  let period: Int
  var firstAverage: ExponentialAverage
  var secondAverage: ExponentialAverage
  var thirdAverage: ExponentialAverage
  var fourthAverage: ExponentialAverage
  var fifthAverage: ExponentialAverage
  var sixthAverage: ExponentialAverage

  init(_ period: Int) {
    self.period = period
    firstAverage = ExponentialAverage(period)
    secondAverage = firstAverage
    thirdAverage = firstAverage
    fourthAverage = firstAverage
    fifthAverage = firstAverage
    sixthAverage = firstAverage
  }

  /// Takes a value and returns the last four means; NaN while they do not exist or for a missing value.
  @inline(__always)
  mutating func push(_ value: Double) -> SIMD4<Double> {
    // In step, so that over columns all six go through a block together.
    let first = firstAverage.push(value)
    let place = firstAverage.place
    let third = thirdAverage.push(secondAverage.push(first, inStepAt: place), inStepAt: place)
    let fourth = fourthAverage.push(third, inStepAt: place)
    let fifth = fifthAverage.push(fourth, inStepAt: place)
    return SIMD4(third, fourth, fifth, sixthAverage.push(fifth, inStepAt: place))
  }
}
