import Compute

/// Intervals around predictions that hold the truth with a stated share, whatever the model (split conformal prediction).
///
/// Source: Vovk, Gammerman and Shafer (2005); normalised scores: Lei et al. (2018); quantile regressions: Romano, Patterson and Candès (2019).
/// The promise holds for rows that could be exchanged with the calibration rows. Markets drift: check it over time with
/// ``CoverageReport``, and see ``AdaptiveConformalInterval``, which corrects itself.
public struct ConformalInterval: Sendable, Hashable, Codable {
  /// Share of truths that miss, such as 0.1.
  public let missRate: Double
  /// The calibrated half-width (in units of the scale, if there is one), or what a quantile interval is widened by, which may be negative.
  ///
  /// Infinite where there are too few rows for the share: fewer than 1/missRate − 1.
  public let margin: Double

  /// Calibrates intervals around predictions.
  ///
  /// - Parameters:
  ///   - labels: True values of rows the model was not trained on, finite.
  ///   - predictions: Its predictions, finite.
  ///   - scales: Expected size of each row's error, above 0, such as its volatility; nil: one width for all.
  ///   - missRate: Between 0 and 1.
  /// - Throws: ``EvaluationError``: `shapeMismatch`, `invalidLabel`, or `invalidOption`.
  /// - Complexity: O(n log n).
  public init(
    labels: [Double], predictions: [Double], scales: [Double]? = nil, missRate: Double
  ) throws(EvaluationError) {
    try checkRows(labels.count, predictions.count, nil)
    try checkRows(labels.count, scales?.count ?? labels.count, nil)
    if let row = labels.indices.first(where: { row in
      !labels[row].isFinite || !predictions[row].isFinite || !((scales?[row] ?? 1) > 0 && (scales?[row] ?? 1).isFinite)
    }) {
      throw EvaluationError(
        .invalidLabel,
        "row \(row) has value \(labels[row]), prediction \(predictions[row]), scale \(scales?[row] ?? 1); finite, the scale above 0"
      )
    }
    try self.init(
      errors: labels.indices.map { abs(labels[$0] - predictions[$0]) / (scales?[$0] ?? 1) }, missRate: missRate)
  }

  /// Calibrates intervals of a quantile regression: each is widened by as much as the truth was outside.
  ///
  /// - Parameters:
  ///   - labels: True values, finite.
  ///   - lower: Predicted lower quantiles, finite.
  ///   - upper: Predicted upper quantiles, finite.
  ///   - missRate: Between 0 and 1.
  /// - Throws: As ``init(labels:predictions:scales:missRate:)``.
  public init(labels: [Double], lower: [Double], upper: [Double], missRate: Double) throws(EvaluationError) {
    try checkRows(labels.count, lower.count, nil)
    try checkRows(labels.count, upper.count, nil)
    guard (labels + lower + upper).allSatisfy(\.isFinite) else {
      throw EvaluationError(.invalidLabel, "a value or quantile is not finite")
    }
    try self.init(
      errors: labels.indices.map { max(lower[$0] - labels[$0], labels[$0] - upper[$0]) }, missRate: missRate)
  }

  private init(errors: [Double], missRate: Double) throws(EvaluationError) {
    guard missRate > 0, missRate < 1 else {
      throw EvaluationError(.invalidOption, "a miss rate of \(missRate); between 0 and 1 is needed")
    }
    self.missRate = missRate
    margin = conformalQuantile(errors.sorted(), missRate)
  }

  /// The interval around a prediction.
  public func interval(_ prediction: Double, scale: Double = 1) -> (lower: Double, upper: Double) {
    (prediction - margin * scale, prediction + margin * scale)
  }

  /// A quantile regression's interval, widened; where a negative margin leaves nothing of it, its middle.
  public func interval(lower: Double, upper: Double) -> (lower: Double, upper: Double) {
    let (low, high) = (lower - margin, upper + margin)
    return low <= high ? (low, high) : ((lower + upper) / 2, (lower + upper) / 2)
  }
}

/// The ⌈(n + 1)(1 − missRate)⌉-th smallest error: with it a new error is larger with a chance of at most the miss rate.
func conformalQuantile(_ sorted: [Double], _ missRate: Double) -> Double {
  // A hair less, so that (n + 1)·0.9 = 90.00000000000001 is 90.
  let place = Int((Double(sorted.count + 1) * (1 - missRate) - 1e-9).rounded(.up))
  guard place >= 1 else { return -.infinity }
  return place <= sorted.count ? sorted[place - 1] : .infinity
}
