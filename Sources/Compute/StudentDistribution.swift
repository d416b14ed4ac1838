import Foundation

/// Student's t distribution with whole degrees of freedom.
package enum StudentDistribution {
  /// The number below which a share of at least one half lies; infinite at 1.
  ///
  /// By halving; beyond 10,000 degrees from the normal distribution's and the first term of its expansion, which differ from it by
  /// less than 1e-7 of it where the share is below 0.999.
  /// - Complexity: O(degrees).
  package static func quantile(_ share: Double, degrees: Int) -> Double {
    precondition(degrees >= 1 && share >= 0.5, "degrees \(degrees), share \(share)")
    if degrees > 10_000 {
      let normal = NormalDistribution.quantile(share)
      return normal + (normal * normal * normal + normal) / (4 * Double(degrees))
    }
    if share >= 1 { return .infinity }
    var (low, high) = (0.0, Double.pi / 2)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if central(angle: middle, degrees: degrees) < 2 * share - 1 { low = middle } else { high = middle }
    }
    return tan((low + high) / 2) * Double(degrees).squareRoot()
  }

  /// The share of the distribution above a number.
  ///
  /// - Complexity: O(degrees).
  package static func tail(_ t: Double, degrees: Int) -> Double {
    precondition(degrees >= 1, "degrees \(degrees)")
    let between = central(angle: atan(abs(t) / Double(degrees).squareRoot()), degrees: degrees)
    // Rounding may lead beyond 1.
    let beyond = max(0, 1 - between) / 2
    return t < 0 ? 1 - beyond : beyond
  }

  /// The share of the distribution between -t and t, where t is the angle's tangent times the root of the degrees (Abramowitz and Stegun
  /// 26.7.3 and 26.7.4).
  private static func central(angle: Double, degrees: Int) -> Double {
    let (sine, cosine) = (sin(angle), cos(angle))
    let isOdd = degrees % 2 == 1
    if degrees == 1 { return 2 * angle / .pi }
    var term = isOdd ? cosine : 1
    var sum = term
    for step in stride(from: isOdd ? 3 : 2, through: degrees - 2, by: 2) {
      term *= cosine * cosine * Double(step - 1) / Double(step)
      sum += term
    }
    return isOdd ? 2 / .pi * (angle + sine * sum) : sine * sum
  }
}
