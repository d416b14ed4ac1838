import Compute
import Foundation

/// A normal distribution of which only what lies between two numbers is kept; both ends in standard deviations.
package enum TruncatedNormal {
  /// The number below which a share of the kept mass lies.
  package static func quantile(_ share: Double, low: Double, high: Double) -> Double {
    if share <= 0 { return low }
    if share >= 1 { return high }
    let mass = NormalDistribution.logMass(low, high)
    if low < 0 {
      return NormalDistribution.quantile(
        logShare: logSum(NormalDistribution.logCumulative(low), Foundation.log(share) + mass))
    }
    return -NormalDistribution.quantile(
      logShare: logSum(NormalDistribution.logCumulative(-high), log1p(-share) + mass))
  }

  private static func logSum(_ a: Double, _ b: Double) -> Double {
    let top = max(a, b)
    if top == -.infinity { return top }
    return top + log1p(exp(min(a, b) - top))
  }
}
