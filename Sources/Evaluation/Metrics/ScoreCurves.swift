/// The trade of true against false positives as the threshold falls; scikit-learn's `roc_curve`.
public struct ROCCurve: Sendable, Hashable, Codable {
  /// Share of rows of class 0 that score at least the threshold.
  public let falsePositiveRates: [Double]
  /// Share of rows of class 1 that score at least the threshold.
  public let truePositiveRates: [Double]
  /// Thresholds, descending; the first is infinite: no row reaches it.
  public let thresholds: [Double]

  /// Makes the curve.
  ///
  /// - Parameters:
  ///   - labels: 0 or 1, one a row.
  ///   - scores: Any numbers without NaN; larger speaks for 1.
  ///   - weights: One a row, or nil.
  ///   - dropsIntermediate: Whether points on a straight line between their neighbours are left out.
  /// - Throws: ``EvaluationError``: `shapeMismatch`; `invalidLabel` for labels, scores or weights that are not allowed, or
  ///   one class only.
  /// - Complexity: O(n log n).
  public init(
    labels: [Double], scores: [Double], weights: [Double]? = nil, dropsIntermediate: Bool = true
  ) throws(EvaluationError) {
    var steps = try ThresholdSteps(labels, scores, weights)
    guard let positives = steps.positives.last, let negatives = steps.negatives.last, positives > 0, negatives > 0
    else {
      throw EvaluationError(.invalidLabel, "a ROC curve needs rows of both classes")
    }
    if dropsIntermediate { steps.keepCorners() }
    falsePositiveRates = [0] + steps.negatives.map { $0 / negatives }
    truePositiveRates = [0] + steps.positives.map { $0 / positives }
    thresholds = [.infinity] + steps.thresholds
  }
}

/// Precision and recall as the threshold rises; scikit-learn's `precision_recall_curve`.
public struct PrecisionRecallCurve: Sendable, Hashable, Codable {
  /// Precision at each threshold, and 1 at the end.
  public let precisions: [Double]
  /// Recall at each threshold, and 0 at the end; 1 throughout where no row is of class 1.
  public let recalls: [Double]
  /// Thresholds, ascending; one fewer than the points.
  public let thresholds: [Double]
  /// Area under the steps: Σ (recallₙ − recallₙ₋₁) · precisionₙ; scikit-learn's `average_precision_score`, 0 where no row is of class 1.
  public let averagePrecision: Double

  /// Makes the curve.
  ///
  /// - Parameters:
  ///   - labels: 0 or 1, one a row.
  ///   - scores: Any numbers without NaN; larger speaks for 1.
  ///   - weights: One a row, or nil.
  /// - Throws: ``EvaluationError``: `shapeMismatch` or `invalidLabel`.
  /// - Complexity: O(n log n).
  public init(labels: [Double], scores: [Double], weights: [Double]? = nil) throws(EvaluationError) {
    let steps = try ThresholdSteps(labels, scores, weights)
    let positives = steps.positives.last ?? 0
    let precisions = zip(steps.positives, steps.negatives).map { $0 + $1 > 0 ? $0 / ($0 + $1) : 0 }
    let recalls = steps.positives.map { positives > 0 ? $0 / positives : 1 }
    var area = 0.0
    for (index, precision) in precisions.enumerated() where positives > 0 {
      area += (recalls[index] - (index > 0 ? recalls[index - 1] : 0)) * precision
    }
    self.precisions = precisions.reversed() + [1]
    self.recalls = recalls.reversed() + [0]
    thresholds = steps.thresholds.reversed()
    averagePrecision = area
  }
}

/// Weight of rows of each class at or above each different score, in descending order of scores.
private struct ThresholdSteps {
  private(set) var thresholds: [Double] = []
  private(set) var positives: [Double] = []
  private(set) var negatives: [Double] = []

  init(_ labels: [Double], _ scores: [Double], _ weights: [Double]?) throws(EvaluationError) {
    try checkBinary(labels, scores, weights)
    var (positive, negative) = (0.0, 0.0)
    // Rows without weight make no threshold, as in scikit-learn.
    let rows = scores.indices.filter { (weights?[$0] ?? 1) > 0 }.sorted { scores[$0] > scores[$1] }
    for (place, row) in rows.enumerated() {
      let weight = weights?[row] ?? 1
      if labels[row] > 0 { positive += weight } else { negative += weight }
      guard place + 1 == rows.count || scores[rows[place + 1]] != scores[row] else { continue }
      thresholds.append(scores[row])
      positives.append(positive)
      negatives.append(negative)
    }
  }

  /// Drops points where both counts go on as straight as before: their second differences are 0.
  mutating func keepCorners() {
    let all = self
    let kept = all.thresholds.indices.filter { index in
      guard index > 0, index + 1 < all.thresholds.count else { return true }
      func bend(_ counts: [Double]) -> Double {
        (counts[index + 1] - counts[index]) - (counts[index] - counts[index - 1])
      }
      return bend(all.positives) != 0 || bend(all.negatives) != 0
    }
    thresholds = kept.map { all.thresholds[$0] }
    positives = kept.map { all.positives[$0] }
    negatives = kept.map { all.negatives[$0] }
  }
}
