import Foundation

/// The standard normal distribution.
enum NormalDistribution {
  /// Chance of a value at or below z.
  static func cumulative(_ z: Double) -> Double { 0.5 * erfc(-z / 2.0.squareRoot()) }

  /// The value that is undercut with chance p: Hastings' approximation, then steps of Halley's method, which leave an error of some units in
  /// the last place.
  static func quantile(_ p: Double) -> Double {
    guard p > 0, p < 1 else { return p == 0 ? -.infinity : p == 1 ? .infinity : .nan }
    // From the smaller tail, where cumulative(z) keeps its digits.
    guard p <= 0.5 else { return -quantile(1 - p) }
    let t = (-2 * log(p)).squareRoot()
    // Hastings' approximation (Abramowitz and Stegun 26.2.23), error below 4.5e-4.
    var z =
      -(t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))))
    for _ in 0..<4 {
      let density = exp(-z * z / 2) / (2 * Double.pi).squareRoot()
      let step = (cumulative(z) - p) / density
      z -= step / (1 + z * step / 2)
    }
    return z
  }
}
