import Compute

/// Errors of a regression, each equal to scikit-learn's.
public struct RegressionScores: Sendable, Hashable, Codable {
  /// Mean squared error.
  public let mse: Double
  /// Root of the mean squared error.
  public let rmse: Double
  /// Mean absolute error.
  public let mae: Double
  /// Share of variance explained; for constant labels 1 if all are met exactly, else 0, as scikit-learn decides.
  public let r2: Double

  /// Scores predictions.
  ///
  /// - Parameters:
  ///   - labels: True values, finite, one a row.
  ///   - predictions: Predicted values, finite, one a row.
  ///   - weights: One a row, or nil.
  /// - Throws: ``EvaluationError``: `shapeMismatch`, or `invalidLabel` for a value that is not finite.
  public init(labels: [Double], predictions: [Double], weights: [Double]? = nil) throws(EvaluationError) {
    try checkRows(labels.count, predictions.count, weights)
    guard labels.allSatisfy(\.isFinite), predictions.allSatisfy(\.isFinite) else {
      throw EvaluationError(.invalidLabel, "a label or prediction is not finite")
    }
    var total = CompensatedSum()
    var squares = CompensatedSum()
    var sizes = CompensatedSum()
    var sum = CompensatedSum()
    for row in labels.indices {
      let weight = weights?[row] ?? 1
      let error = predictions[row] - labels[row]
      total.add(weight)
      squares.add(weight * error * error)
      sizes.add(weight * abs(error))
      sum.add(weight * labels[row])
    }
    let mean = sum.value / total.value
    var spread = CompensatedSum()
    for row in labels.indices {
      let difference = labels[row] - mean
      spread.add((weights?[row] ?? 1) * difference * difference)
    }
    mse = squares.value / total.value
    rmse = mse.squareRoot()
    mae = sizes.value / total.value
    r2 = spread.value > 0 ? 1 - squares.value / spread.value : squares.value == 0 ? 1 : 0
  }
}
