import Compute
import Foundation

/// Probabilities from scores by a logistic curve: p = 1 / (1 + exp(slope · score + intercept)).
///
/// Source: Platt, "Probabilistic outputs for support vector machines" (1999), with his targets that keep small samples from certainty;
/// minimised by Newton steps with halving (Lin, Lin and Weng 2007). scikit-learn's `_SigmoidCalibration` is the same problem. Fit it on
/// rows that the model was not trained on.
public struct PlattScaling: Sendable, Hashable, Codable {
  /// Slope; negative where larger scores speak for class 1.
  public let slope: Double
  /// Intercept.
  public let intercept: Double

  /// Fits the curve.
  ///
  /// - Parameters:
  ///   - labels: 0 or 1, one a row; both must occur.
  ///   - scores: Finite numbers, such as the model's margin.
  ///   - weights: One a row, or nil.
  /// - Throws: ``EvaluationError``: `shapeMismatch` or `invalidLabel`.
  /// - Complexity: O(n) a step, some ten steps.
  public init(labels: [Double], scores: [Double], weights: [Double]? = nil) throws(EvaluationError) {
    try checkBinary(labels, scores, weights)
    guard scores.allSatisfy(\.isFinite) else { throw EvaluationError(.invalidLabel, "a score is not finite") }
    let positives = labels.indices.reduce(0.0) { $0 + labels[$1] * (weights?[$1] ?? 1) }
    let negatives = labels.indices.reduce(0.0) { $0 + (1 - labels[$1]) * (weights?[$1] ?? 1) }
    guard positives > 0, negatives > 0 else {
      throw EvaluationError(.invalidLabel, "calibration needs rows of both classes")
    }
    let targets = labels.map { $0 > 0 ? (positives + 1) / (positives + 2) : 1 / (negatives + 2) }
    // The step is taken in scores of spread 1 about 0, so that neither column dwarfs the other.
    let mean = compensatedSum(scores) / Double(scores.count)
    let spread = (compensatedSum(scores.map { ($0 - mean) * ($0 - mean) }) / Double(scores.count)).squareRoot()
    // Equal scores have a spread of rounding at most, which would make a slope of it.
    let scale = spread > 1e-12 * abs(mean) ? spread : 1
    let scaled = scores.map { ($0 - mean) / scale }
    var (a, b) = (0.0, log((negatives + 1) / (positives + 1)))
    var loss = Self.loss(a, b, scaled, targets, weights)
    for _ in 0..<100 {
      var (g1, g2, h11, h12, h22) = (0.0, 0.0, 1e-12, 0.0, 1e-12)
      for row in scaled.indices {
        let weight = weights?[row] ?? 1
        let p = 1 / (1 + exp(a * scaled[row] + b))
        let (miss, curve) = (weight * (targets[row] - p), weight * p * (1 - p))
        g1 += scaled[row] * miss
        g2 += miss
        h11 += scaled[row] * scaled[row] * curve
        h12 += scaled[row] * curve
        h22 += curve
      }
      guard max(abs(g1), abs(g2)) > 1e-12 * (positives + negatives) else { break }
      let determinant = h11 * h22 - h12 * h12
      let (stepA, stepB) = (-(h22 * g1 - h12 * g2) / determinant, -(h11 * g2 - h12 * g1) / determinant)
      var share = 1.0
      var next = Self.loss(a + stepA, b + stepB, scaled, targets, weights)
      while !(next <= loss), share > 1e-10 {
        share /= 2
        next = Self.loss(a + share * stepA, b + share * stepB, scaled, targets, weights)
      }
      guard next <= loss else { break }
      (a, b, loss) = (a + share * stepA, b + share * stepB, next)
    }
    slope = a / scale
    intercept = b - a * mean / scale
  }

  /// The probability of class 1 of a score.
  public func callAsFunction(_ score: Double) -> Double { 1 / (1 + exp(slope * score + intercept)) }

  private static func loss(
    _ a: Double, _ b: Double, _ scores: [Double], _ targets: [Double], _ weights: [Double]?
  ) -> Double {
    var sum = CompensatedSum()
    for row in scores.indices {
      let z = a * scores[row] + b
      // −t·log p − (1 − t)·log(1 − p), written so that neither logarithm overflows.
      let term = z >= 0 ? targets[row] * z + log1p(exp(-z)) : (targets[row] - 1) * z + log1p(exp(z))
      sum.add((weights?[row] ?? 1) * term)
    }
    return sum.value
  }
}
