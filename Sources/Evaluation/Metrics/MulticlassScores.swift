/// How scores of classes are put together.
public enum ClassAverage: String, Sendable, Hashable, Codable, CaseIterable {
  /// The plain mean.
  case macro
  /// The mean weighted by the classes' rows.
  case weighted
}

/// Area under the ROC curve of each class against the rest, averaged; scikit-learn's `roc_auc_score` with `multi_class="ovr"`.
///
/// - Parameters:
///   - labels: Classes `0..<classes`, one a row; each must occur.
///   - scores: `scores[class * rows + row]`, without NaN.
///   - classes: At least 2.
///   - weights: One a row, or nil.
/// - Throws: ``EvaluationError``: `shapeMismatch`; `invalidLabel` for a class that is out of range or does not occur.
/// - Complexity: O(classes · n log n).
public func rocAUCOneVersusRest(
  labels: [Int], scores: [Double], classes: Int, average: ClassAverage = .macro, weights: [Double]? = nil
) throws(EvaluationError) -> Double {
  try checkClasses(labels, scores, classes, weights)
  let rows = labels.count
  var (sum, total) = (0.0, 0.0)
  for label in 0..<classes {
    let own = labels.map { $0 == label ? 1.0 : 0 }
    let area = try rocAUC(labels: own, scores: Array(scores[label * rows..<(label + 1) * rows]), weights: weights)
    guard !area.isNaN else { throw EvaluationError(.invalidLabel, "class \(label) or its rest has no rows") }
    let share =
      average == .macro ? 1 : own.indices.reduce(0) { $0 + own[$1] * (weights?[$1] ?? 1) }
    sum += share * area
    total += share
  }
  return sum / total
}

/// Mean area under the ROC curve over pairs of classes, each on the rows of both (Hand and Till 2001); scikit-learn's `multi_class="ovo"`.
///
/// - Parameters:
///   - labels: Classes `0..<classes`, one a row; each must occur.
///   - scores: `scores[class * rows + row]`, without NaN.
///   - average: `weighted` weights a pair by its rows.
/// - Throws: As ``rocAUCOneVersusRest(labels:scores:classes:average:weights:)``.
/// - Complexity: O(classes · n log n) on average.
public func rocAUCOneVersusOne(
  labels: [Int], scores: [Double], classes: Int, average: ClassAverage = .macro
) throws(EvaluationError) -> Double {
  try checkClasses(labels, scores, classes, nil)
  let rows = labels.count
  var (sum, total) = (0.0, 0.0)
  for first in 0..<classes {
    for second in first + 1..<max(classes, first + 1) {
      let both = labels.indices.filter { labels[$0] == first || labels[$0] == second }
      func area(_ label: Int) throws(EvaluationError) -> Double {
        try rocAUC(
          labels: both.map { labels[$0] == label ? 1 : 0 }, scores: both.map { scores[label * rows + $0] })
      }
      guard !both.isEmpty else { throw EvaluationError(.invalidLabel, "classes \(first) and \(second) have no rows") }
      let mean = (try area(first) + area(second)) / 2
      guard !mean.isNaN else { throw EvaluationError(.invalidLabel, "class \(first) or \(second) has no rows") }
      let share = average == .macro ? 1 : Double(both.count)
      sum += share * mean
      total += share
    }
  }
  return sum / total
}

/// Share of rows whose class is among the `k` of the largest scores; scikit-learn's `top_k_accuracy_score`.
///
/// Of equal scores that of the later class counts as larger.
/// - Parameters:
///   - labels: Classes `0..<classes`, one a row.
///   - scores: `scores[class * rows + row]`, without NaN.
///   - classes: At least 2.
///   - k: At least 1.
///   - weights: One a row, or nil.
/// - Throws: ``EvaluationError``: `shapeMismatch`, `invalidLabel`, or `invalidOption` for `k`.
/// - Complexity: O(classes · n).
public func topKAccuracy(
  labels: [Int], scores: [Double], classes: Int, k: Int = 2, weights: [Double]? = nil
) throws(EvaluationError) -> Double {
  try checkClasses(labels, scores, classes, weights)
  guard k >= 1 else { throw EvaluationError(.invalidOption, "k is \(k); at least 1 is needed") }
  let rows = labels.count
  var (hits, total) = (0.0, 0.0)
  for (row, label) in labels.enumerated() {
    let own = scores[label * rows + row]
    let above = (0..<classes).count { other in
      let score = scores[other * rows + row]
      return score > own || (score == own && other > label)
    }
    let weight = weights?[row] ?? 1
    if above < k { hits += weight }
    total += weight
  }
  return hits / total
}

/// Mean squared difference of probabilities from what happened (Brier 1950).
///
/// - Parameters:
///   - labels: Classes `0..<classes`, one a row.
///   - probabilities: `probabilities[class * rows + row]`, or for two classes one probability of class 1 a row.
///   - classes: At least 2.
///   - weights: One a row, or nil.
/// - Returns: For one probability a row 0...1, for several the sum over classes, 0...2; scikit-learn's `brier_score_loss` of either.
/// - Throws: ``EvaluationError``: `shapeMismatch`, or `invalidLabel` for a class or probability out of range.
public func brierScore(
  labels: [Int], probabilities: [Double], classes: Int = 2, weights: [Double]? = nil
) throws(EvaluationError) -> Double {
  let rows = labels.count
  let isSingle = classes == 2 && probabilities.count == rows
  try checkClasses(labels, isSingle ? probabilities + probabilities : probabilities, classes, weights)
  guard probabilities.allSatisfy({ $0 >= 0 && $0 <= 1 }) else {
    throw EvaluationError(.invalidLabel, "a probability is outside 0...1 or NaN")
  }
  var (sum, total) = (0.0, 0.0)
  for (row, label) in labels.enumerated() {
    var square = 0.0
    if isSingle {
      let miss = probabilities[row] - Double(label)
      square = miss * miss
    } else {
      for other in 0..<classes {
        let miss = probabilities[other * rows + row] - (other == label ? 1 : 0)
        square += miss * miss
      }
    }
    let weight = weights?[row] ?? 1
    sum += weight * square
    total += weight
  }
  return sum / total
}

/// Throws unless labels are classes and scores a number for each class and row.
func checkClasses(
  _ labels: [Int], _ scores: [Double], _ classes: Int, _ weights: [Double]?
) throws(EvaluationError) {
  guard classes >= 2 else { throw EvaluationError(.invalidOption, "\(classes) classes; at least 2 are needed") }
  guard scores.count == labels.count * classes else {
    throw EvaluationError(.shapeMismatch, "\(scores.count) scores for \(labels.count) rows of \(classes) classes")
  }
  try checkRows(labels.count, labels.count, weights)
  if let row = labels.firstIndex(where: { !(0..<classes ~= $0) }) {
    throw EvaluationError(.invalidLabel, "row \(row) has class \(labels[row]); 0..<\(classes)")
  }
  if let place = scores.firstIndex(where: \.isNaN) {
    throw EvaluationError(
      .invalidLabel, "the score of class \(place / labels.count) in row \(place % labels.count) is NaN")
  }
}
