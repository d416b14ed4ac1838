/// Area under the ROC curve: the chance that a row of class 1 scores above one of class 0, ties counting half.
///
/// - Parameters:
///   - scores: Any numbers without NaN; larger speaks for class 1.
///   - labels: 0 or 1, one a score.
///   - weights: Not negative, one a score; nil for equal weights.
///   - threads: Threads that sort; more than two do not help.
/// - Returns: The area, or NaN where only one class has weight.
/// - Complexity: O(n log n).
public func areaUnderCurve(
  scores: [Double], labels: [Double], weights: [Double]? = nil, threads: Int = 1
) -> Double {
  precondition(scores.count == labels.count && (weights?.count ?? scores.count) == scores.count, "unequal lengths")
  guard weights != nil || scores.contains(where: \.isNaN) else { return unweightedArea(scores, labels, threads) }
  let order = scores.indices.sorted { scores[$0] < scores[$1] }
  return areaUnderCurve(order: order, scores: scores, labels: labels) { weights?[$0] ?? 1 }
}

/// The area by sorting both classes for themselves, without row numbers: some ten times faster.
///
/// Sums are of whole and half numbers, exact and so the same in any order, while the product of the classes' rows is below 2⁵².
private func unweightedArea(_ scores: [Double], _ labels: [Double], _ threads: Int) -> Double {
  var positives: [Double] = []
  var negatives: [Double] = []
  positives.reserveCapacity(scores.count)
  negatives.reserveCapacity(scores.count)
  for (score, label) in zip(scores, labels) {
    if label > 0 { positives.append(score) } else { negatives.append(score) }
  }
  guard !positives.isEmpty, !negatives.isEmpty else { return .nan }
  let sorted = parallelMap(count: 2, threads: threads) { [positives, negatives] in
    sortedValues($0 == 0 ? positives : negatives)
  }
  (positives, negatives) = (sorted[0], sorted[1])
  var area = 0.0
  var (below, equal) = (0, 0)
  for score in positives {
    while below < negatives.count, negatives[below] < score { below += 1 }
    equal = max(equal, below)
    while equal < negatives.count, negatives[equal] == score { equal += 1 }
    area += Double(below + equal) / 2
  }
  return area / (Double(positives.count) * Double(negatives.count))
}

/// The area with rows already in ascending order of scores and weights given by row: for resampling in O(n).
public func areaUnderCurve(
  order: [Int], scores: [Double], labels: [Double], weight: (Int) -> Double
) -> Double {
  var negatives = 0.0
  var positives = 0.0
  var area = 0.0
  var start = 0
  while start < order.count {
    var tiedNegatives = 0.0
    var tiedPositives = 0.0
    var end = start
    // A NaN equals nothing, itself included; the loop must move on all the same.
    while end < order.count, end == start || scores[order[end]] == scores[order[start]] {
      let row = order[end]
      if labels[row] > 0 { tiedPositives += weight(row) } else { tiedNegatives += weight(row) }
      end += 1
    }
    area += tiedPositives * (negatives + tiedNegatives / 2)
    negatives += tiedNegatives
    positives += tiedPositives
    start = end
  }
  return negatives > 0 && positives > 0 ? area / (negatives * positives) : .nan
}
