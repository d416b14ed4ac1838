import Compute
import Foundation

/// Area under the ROC curve, equal to scikit-learn's `roc_auc_score`: ties count half.
///
/// - Parameters:
///   - labels: 0 or 1, one a row.
///   - scores: Any numbers without NaN; larger speaks for 1.
///   - weights: One a row, or nil.
/// - Returns: The area; NaN where only one class has weight (scikit-learn warns and gives NaN).
/// - Throws: ``EvaluationError``: `shapeMismatch`, or `invalidLabel` for a label other than 0 and 1 or a NaN score.
/// - Complexity: O(n log n).
public func rocAUC(labels: [Double], scores: [Double], weights: [Double]? = nil) throws(EvaluationError) -> Double {
  try checkBinary(labels, scores, weights)
  return areaUnderCurve(scores: scores, labels: labels, weights: weights)
}

/// A score with the bounds of its confidence interval, NaN where there is none.
public struct ScoreInterval: Sendable, Hashable, Codable {
  /// The score on all rows.
  public let value: Double
  /// Lower bound, or NaN.
  public let lower: Double
  /// Upper bound, or NaN.
  public let upper: Double
}

/// The area under the ROC curve with an expanded percentile interval of the circular block bootstrap.
///
/// Rows of overlapping targets are not independent; blocks of neighbouring rows, longer than the overlap, keep their
/// dependence (Künsch 1989; Politis and Romano 1992). Rows must be in the order of time; those of several symbols too, symbols
/// mixed, so that a block keeps what symbols share at a time.
/// - Parameters:
///   - blockLength: Rows of a block, at least 1: many times the target's horizon, times the number of symbols.
///   - resamples: Bootstrap samples, at least 20.
///   - confidence: In 0..<1, such as 0.95.
///   - seed: Seed of the resampling.
/// - Returns: As ``bootstrapInterval(rows:resampling:resamples:confidence:seed:threads:score:)``.
/// - Throws: As ``rocAUC(labels:scores:weights:)``; `invalidOption` for options out of range.
/// - Complexity: O(n log n + resamples · n).
public func rocAUCInterval(
  labels: [Double], scores: [Double], blockLength: Int, resamples: Int = 1000, confidence: Double = 0.95,
  seed: UInt64 = 1
) throws(EvaluationError) -> ScoreInterval {
  try checkBinary(labels, scores, nil)
  guard blockLength >= 1, resamples >= 20, confidence > 0, confidence < 1 else {
    throw EvaluationError(
      .invalidOption,
      "blockLength \(blockLength), resamples \(resamples), confidence \(confidence); at least 1, at least 20, in 0..<1")
  }
  let rows = labels.count
  let order = scores.indices.sorted { scores[$0] < scores[$1] }
  var random = RandomStream(seed: seed)
  var areas: [Double] = []
  for _ in 0..<resamples {
    var counts = [Double](repeating: 0, count: rows)
    var drawn = 0
    while drawn < rows {
      let start = random.index(below: rows)
      for step in 0..<min(blockLength, rows - drawn) {
        let row = start + step
        counts[row < rows ? row : row - rows] += 1
      }
      drawn += blockLength
    }
    let area = areaUnderCurve(order: order, scores: scores, labels: labels) { counts[$0] }
    areas.append(area)
  }
  let value = areaUnderCurve(order: order, scores: scores, labels: labels) { _ in 1 }
  return expandedInterval(value, samples: areas, parts: rows / blockLength, confidence: confidence)
}

/// Mean negative log-likelihood, equal to scikit-learn's `log_loss`.
///
/// - Parameters:
///   - labels: Classes `0..<classes`, one a row.
///   - probabilities: `probabilities[class * rows + row]`, or for two classes one probability of class 1 a row.
///     Values are clipped to `[ε, 1 − ε]` with the machine epsilon ε, as scikit-learn does.
///   - weights: One a row, or nil.
/// - Throws: ``EvaluationError``: `shapeMismatch`; `invalidLabel` for a class or probability out of range.
public func logLoss(
  labels: [Int], probabilities: [Double], classes: Int = 2, weights: [Double]? = nil
) throws(EvaluationError) -> Double {
  let rows = labels.count
  let isSingle = classes == 2 && probabilities.count == rows
  try checkRows(rows, isSingle ? probabilities.count : probabilities.count / max(classes, 1), weights)
  guard isSingle || probabilities.count == rows * classes else {
    throw EvaluationError(.shapeMismatch, "\(probabilities.count) probabilities for \(rows) rows of \(classes) classes")
  }
  guard probabilities.allSatisfy({ $0 >= 0 && $0 <= 1 }) else {
    throw EvaluationError(.invalidLabel, "a probability is outside 0...1 or NaN")
  }
  let epsilon = Double.ulpOfOne
  var sum = CompensatedSum()
  var total = CompensatedSum()
  for row in 0..<rows {
    guard 0..<classes ~= labels[row] else {
      throw EvaluationError(.invalidLabel, "row \(row) has class \(labels[row]); 0..<\(classes)")
    }
    var p = isSingle ? probabilities[row] : probabilities[labels[row] * rows + row]
    if isSingle {
      // scikit-learn clips the probability of class 1 and takes class 0 as the rest.
      p = min(max(p, epsilon), 1 - epsilon)
      if labels[row] == 0 { p = 1 - p }
    }
    let weight = weights?[row] ?? 1
    sum.add(-weight * log(min(max(p, epsilon), 1 - epsilon)))
    total.add(weight)
  }
  return sum.value / total.value
}

func checkBinary(_ labels: [Double], _ scores: [Double], _ weights: [Double]?) throws(EvaluationError) {
  try checkRows(labels.count, scores.count, weights)
  if let row = labels.firstIndex(where: { $0 != 0 && $0 != 1 }) {
    throw EvaluationError(.invalidLabel, "label \(labels[row]) in row \(row); 0 and 1 are allowed")
  }
  if let row = scores.firstIndex(where: \.isNaN) {
    throw EvaluationError(.invalidLabel, "the score in row \(row) is NaN")
  }
}
