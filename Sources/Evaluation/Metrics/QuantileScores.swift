import Compute

/// Mean pinball loss of predictions of a quantile; scikit-learn's `mean_pinball_loss`.
///
/// - Parameters:
///   - labels: True values, finite, one a row.
///   - predictions: Predicted quantiles, finite, one a row.
///   - quantile: In 0...1, such as 0.9.
///   - weights: One a row, or nil.
/// - Throws: ``EvaluationError``: `shapeMismatch`, `invalidLabel`, or `invalidOption` for the quantile.
public func pinballLoss(
  labels: [Double], predictions: [Double], quantile: Double, weights: [Double]? = nil
) throws(EvaluationError) -> Double {
  guard 0...1 ~= quantile else { throw EvaluationError(.invalidOption, "quantile \(quantile); 0...1 are allowed") }
  return try meanOver(labels, predictions, weights) { label, prediction in
    let miss = label - prediction
    return miss >= 0 ? quantile * miss : (quantile - 1) * miss
  }
}

/// Share of rows whose value lies within its interval, both ends included.
///
/// - Parameters:
///   - labels: True values, finite, one a row.
///   - lower: Lower ends, one a row; may be infinite.
///   - upper: Upper ends, one a row; may be infinite.
///   - weights: One a row, or nil.
/// - Throws: ``EvaluationError``: `shapeMismatch`, or `invalidLabel` for a NaN or a lower end above the upper.
public func intervalCoverage(
  labels: [Double], lower: [Double], upper: [Double], weights: [Double]? = nil
) throws(EvaluationError) -> Double {
  try checkRows(labels.count, lower.count, weights)
  try checkRows(labels.count, upper.count, nil)
  var (inside, total) = (0.0, 0.0)
  for row in labels.indices {
    guard labels[row].isFinite, lower[row] <= upper[row] else {
      throw EvaluationError(
        .invalidLabel, "row \(row) has value \(labels[row]) and interval \(lower[row])...\(upper[row])")
    }
    let weight = weights?[row] ?? 1
    if lower[row] <= labels[row], labels[row] <= upper[row] { inside += weight }
    total += weight
  }
  return inside / total
}

/// Mean of |error| / |value|, as a share; scikit-learn's `mean_absolute_percentage_error`, which takes the machine epsilon for values nearer 0.
///
/// - Throws: ``EvaluationError``: `shapeMismatch` or `invalidLabel`.
public func meanAbsolutePercentageError(
  labels: [Double], predictions: [Double], weights: [Double]? = nil
) throws(EvaluationError) -> Double {
  try meanOver(labels, predictions, weights) { abs($1 - $0) / max(abs($0), .ulpOfOne) }
}

/// Largest absolute error.
///
/// - Throws: ``EvaluationError``: `shapeMismatch` or `invalidLabel`.
public func maximumError(labels: [Double], predictions: [Double]) throws(EvaluationError) -> Double {
  var largest = 0.0
  _ = try meanOver(labels, predictions, nil) { label, prediction in
    largest = max(largest, abs(label - prediction))
    return 0
  }
  return largest
}

/// Median absolute error; with weights scikit-learn's: the mean of the lower and the upper weighted median.
///
/// - Throws: ``EvaluationError``: `shapeMismatch` or `invalidLabel`.
/// - Complexity: O(n log n).
public func medianAbsoluteError(
  labels: [Double], predictions: [Double], weights: [Double]? = nil
) throws(EvaluationError) -> Double {
  var errors: [(size: Double, weight: Double)] = []
  var row = 0
  _ = try meanOver(labels, predictions, weights) { label, prediction in
    errors.append((abs(label - prediction), weights?[row] ?? 1))
    row += 1
    return 0
  }
  errors = errors.filter { $0.weight > 0 }.sorted { $0.size < $1.size }
  guard weights != nil else { return quantile(sorted: errors.map(\.size), 0.5) }
  // Plain sums, and halves to the machine epsilon, as the original takes them: whether a sum is the half decides between two errors.
  let half = errors.reduce(0) { $0 + $1.weight } / 2
  var below = 0.0
  for (place, error) in errors.enumerated() {
    below += error.weight
    guard below >= half else { continue }
    return below - half <= .ulpOfOne && place + 1 < errors.count
      ? (error.size + errors[place + 1].size) / 2 : error.size
  }
  return errors.last?.size ?? .nan
}

/// Share of the labels' variance that predictions explain, errors about their mean; scikit-learn's `explained_variance_score`.
///
/// - Returns: For constant labels 1 if the errors are constant too, else 0.
/// - Throws: ``EvaluationError``: `shapeMismatch` or `invalidLabel`.
public func explainedVariance(
  labels: [Double], predictions: [Double], weights: [Double]? = nil
) throws(EvaluationError) -> Double {
  let error = try meanOver(labels, predictions, weights) { $0 - $1 }
  let mean = try meanOver(labels, predictions, weights) { label, _ in label }
  let left = try meanOver(labels, predictions, weights) { ($0 - $1 - error) * ($0 - $1 - error) }
  let whole = try meanOver(labels, predictions, weights) { label, _ in (label - mean) * (label - mean) }
  return whole > 0 ? 1 - left / whole : left == 0 ? 1 : 0
}

/// The weighted mean of a function of value and prediction.
private func meanOver(
  _ labels: [Double], _ predictions: [Double], _ weights: [Double]?, _ term: (Double, Double) -> Double
) throws(EvaluationError) -> Double {
  try checkRows(labels.count, predictions.count, weights)
  guard labels.allSatisfy(\.isFinite), predictions.allSatisfy(\.isFinite) else {
    throw EvaluationError(.invalidLabel, "a label or prediction is not finite")
  }
  var sum = CompensatedSum()
  var total = CompensatedSum()
  for row in labels.indices {
    let weight = weights?[row] ?? 1
    sum.add(weight * term(labels[row], predictions[row]))
    total.add(weight)
  }
  return sum.value / total.value
}
