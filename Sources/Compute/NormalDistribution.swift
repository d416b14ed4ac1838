import Foundation

/// The standard normal distribution, by logarithms so that far tails keep their digits.
package enum NormalDistribution {
  package static let logDensityScale = 0.5 * Foundation.log(2 * Double.pi)

  package static func density(_ x: Double) -> Double { exp(-0.5 * x * x - logDensityScale) }

  package static func cumulative(_ x: Double) -> Double {
    let scaled = x / 2.0.squareRoot()
    if scaled < -1 / 2.0.squareRoot() { return 0.5 * erfc(-scaled) }
    return scaled < 1 / 2.0.squareRoot() ? 0.5 + 0.5 * erf(scaled) : 1 - 0.5 * erfc(scaled)
  }

  /// The logarithm of ``cumulative(_:)``; below -20 by the asymptotic series of the tail (Abramowitz and Stegun 26.2.12).
  package static func logCumulative(_ x: Double) -> Double {
    if x > 6 { return -cumulative(-x) }
    if x > -20 { return Foundation.log(cumulative(x)) }
    var sum = 1.0
    var last = 0.0
    var term = 1.0
    var k = 1.0
    while abs(last - sum) > .ulpOfOne {
      last = sum
      term *= -(2 * k - 1) / (x * x)
      sum += term
      k += 1
    }
    return -0.5 * x * x - Foundation.log(-x) - logDensityScale + Foundation.log(sum)
  }

  /// The logarithm of the mass between two numbers, `low <= high`.
  package static func logMass(_ low: Double, _ high: Double) -> Double {
    if high <= 0 { return logDifference(logCumulative(high), logCumulative(low)) }
    if low > 0 { return logDifference(logCumulative(-low), logCumulative(-high)) }
    // Around the middle the two tails are small, and 1 less their sum loses nothing.
    return log1p(-tail(low) - tail(-high))
  }

  /// The number below which a share lies; infinite at 0 and 1, NaN outside.
  package static func quantile(_ share: Double) -> Double {
    share > 0 && share < 1
      ? quantile(logShare: Foundation.log(share)) : share == 0 ? -.infinity : share == 1 ? .infinity : .nan
  }

  /// The number below which a share lies, by the logarithm of the share: Newton's method on ``logCumulative(_:)``.
  package static func quantile(logShare: Double) -> Double {
    // Near 1 the other tail has the digits.
    let isFlipped = logShare > -1e-2
    let target = isFlipped ? Foundation.log(-expm1(logShare)) : logShare
    var x =
      target < -5
      ? -(-2 * (target + logDensityScale)).squareRoot()
      : -(3.0.squareRoot() / .pi) * Foundation.log(expm1(-target))
    for _ in 0..<100 {
      let reached = logCumulative(x)
      let step = (reached - target) * exp(reached + 0.5 * x * x + logDensityScale)
      x -= step
      if !(abs(step) >= 1e-8 * abs(x)) { break }
    }
    return isFlipped ? -x : x
  }

  private static func tail(_ x: Double) -> Double { 0.5 + 0.5 * erf(x / 2.0.squareRoot()) }

  private static func logDifference(_ large: Double, _ small: Double) -> Double { large + log1p(-exp(small - large)) }
}
