import Compute
import Foundation

/// Probabilities of classes by dividing the model's logarithms of odds by one number, the temperature: above 1 it makes a model that is too sure less
/// so, and never changes which class is the likeliest.
///
/// Source: Guo et al., "On calibration of modern neural networks" (2017); scikit-learn's `method="temperature"`.
public struct TemperatureScaling: Sendable, Hashable, Codable {
  /// The temperature, above 0.
  public let temperature: Double

  /// Finds the temperature of least log loss, 1e-3...1e3.
  ///
  /// - Parameters:
  ///   - labels: Classes `0..<classes`, one a row.
  ///   - scores: Logarithms of odds or of probabilities up to a constant a row, `scores[class * rows + row]`; for two classes one score of
  ///     class 1 a row will do.
  ///   - classes: At least 2.
  ///   - weights: One a row, or nil.
  /// - Throws: ``EvaluationError``: `shapeMismatch`, or `invalidLabel` for classes or scores that are not allowed.
  /// - Complexity: O(n · classes) a step, some fifty steps.
  public init(
    labels: [Int], scores: [Double], classes: Int = 2, weights: [Double]? = nil
  ) throws(EvaluationError) {
    let isSingle = classes == 2 && scores.count == labels.count
    try checkClasses(labels, isSingle ? scores + scores : scores, classes, weights)
    guard scores.allSatisfy(\.isFinite) else { throw EvaluationError(.invalidLabel, "a score is not finite") }
    // The loss is convex in 1 / temperature: golden section on its logarithm, then as near as doubles tell apart.
    func loss(_ logarithm: Double) -> Double {
      let inverse = exp(-logarithm)
      var sum = CompensatedSum()
      for (row, label) in labels.enumerated() {
        // −log of the share, from the scores themselves: a share that underflows would make a plateau.
        let own = isSingle ? [0, scores[row]] : (0..<classes).map { scores[$0 * labels.count + row] }
        let largest = own.max() ?? 0
        let total = own.reduce(0) { $0 + exp(($1 - largest) * inverse) }
        sum.add((weights?[row] ?? 1) * (log(total) - (own[label] - largest) * inverse))
      }
      return sum.value
    }
    var (low, high) = (log(1e-3), log(1e3))
    let ratio = (5.0.squareRoot() - 1) / 2
    var (left, right) = (high - ratio * (high - low), low + ratio * (high - low))
    var (lossLeft, lossRight) = (loss(left), loss(right))
    while high - low > 1e-9 {
      if lossLeft <= lossRight {
        (high, right, lossRight) = (right, left, lossLeft)
        left = high - ratio * (high - low)
        lossLeft = loss(left)
      } else {
        (low, left, lossLeft) = (left, right, lossRight)
        right = low + ratio * (high - low)
        lossRight = loss(right)
      }
    }
    temperature = exp((low + high) / 2)
  }

  /// Probabilities of scores as the fit takes them.
  ///
  /// - Parameters:
  ///   - scores: `scores[class * rows + row]`, or for two classes one score of class 1 a row.
  ///   - rows: Number of rows.
  /// - Returns: As many probabilities, in the same order.
  /// - Throws: ``EvaluationError`` with code `shapeMismatch` if the rows do not divide the scores.
  public func probabilities(_ scores: [Double], rows: Int) throws(EvaluationError) -> [Double] {
    guard rows > 0, !scores.isEmpty, scores.count % rows == 0 else {
      throw EvaluationError(.shapeMismatch, "\(scores.count) scores of \(rows) rows; a number for each row and class")
    }
    let columns = scores.count / rows
    var result = [Double](repeating: 0, count: scores.count)
    for row in 0..<rows {
      let shares = Self.shares(scores, row, rows, columns, 1 / temperature)
      for column in 0..<columns { result[column * rows + row] = columns == 1 ? shares[1] : shares[column] }
    }
    return result
  }

  /// Shares of the classes of a row; one column of scores stands for two classes.
  private static func shares(
    _ scores: [Double], _ row: Int, _ rows: Int, _ columns: Int, _ inverse: Double
  ) -> [Double] {
    let own = columns == 1 ? [0, scores[row]] : (0..<columns).map { scores[$0 * rows + row] }
    let largest = own.max() ?? 0
    let terms = own.map { exp(($0 - largest) * inverse) }
    let sum = terms.reduce(0, +)
    return terms.map { $0 / sum }
  }
}
