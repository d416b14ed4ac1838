/// Area under the ROC curve: the chance that a row of class 1 scores above one of class 0, ties counting half.
///
/// - Parameters:
///   - scores: Any numbers without NaN; larger speaks for class 1.
///   - labels: 0 or 1, one a score.
///   - weights: Not negative, one a score; nil for equal weights.
///   - threads: Threads to use; two sort, all count pairs.
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

/// The area by sorting both classes for themselves, without row numbers: some twenty times faster.
///
/// Sums are of whole and half numbers, exact and so the same in any order, while the product of the classes' rows is below 2⁵².
private func unweightedArea(_ scores: [Double], _ labels: [Double], _ threads: Int) -> Double {
  // Positives from the front, negatives from the back, without a branch that labels would make unforeseeable.
  var positiveCount = 0
  let parted = [Double](unsafeUninitializedCapacity: scores.count) { parted, count in
    count = scores.count
    var back = scores.count - 1
    for (score, label) in zip(scores, labels) {
      // Both ends are free until the last score, which is written twice to one place.
      parted[positiveCount] = score
      parted[back] = score
      positiveCount += label > 0 ? 1 : 0
      back -= label > 0 ? 0 : 1
    }
  }
  guard positiveCount > 0, positiveCount < scores.count else { return .nan }
  let sorted = parallelMap(count: 2, threads: threads) { [positiveCount] in
    sortedScores(Array($0 == 0 ? parted[..<positiveCount] : parted[positiveCount...]))
  }
  let (positives, negatives) = (sorted[0], sorted[1])
  let part = 32_768
  let areas = parallelMap(count: (positives.count + part - 1) / part, threads: threads) { index in
    let own = positives[index * part..<min((index + 1) * part, positives.count)]
    return pairsWon(own, against: negatives)
  }
  return areas.reduce(0, +) / (Double(positives.count) * Double(negatives.count))
}

/// Counts the pairs in which a positive score is above a negative one, ties half; both ascending, at least one positive.
private func pairsWon(_ positives: ArraySlice<Double>, against negatives: [Double]) -> Double {
  // The first negative that is not below the first positive.
  var (below, end) = (0, negatives.count)
  while below < end {
    let middle = (below + end) / 2
    if negatives[middle] < positives[positives.startIndex] { below = middle + 1 } else { end = middle }
  }
  var (sum, equal) = (0.0, below)
  for score in positives {
    while below < negatives.count, negatives[below] < score { below += 1 }
    equal = max(equal, below)
    while equal < negatives.count, negatives[equal] == score { equal += 1 }
    sum += Double(below + equal) / 2
  }
  return sum
}

/// Sorts scores without NaN, ascending; by all their bits where their places do not do.
private func sortedScores(_ scores: [Double]) -> [Double] { sortedByPlace(scores) ?? sortedValues(scores) }

/// Sorts scores without NaN, ascending, by their place between the least and the greatest.
///
/// Two passes over 22 bits of that place leave few out of order, which insertion moves.
///
/// - Returns: nil where scores crowd together, so that insertion would have much to move, or have no finite span.
package func sortedByPlace(_ scores: [Double]) -> [Double]? {
  guard let least = scores.min(), let greatest = scores.max() else { return [] }
  let (digit, buckets) = (11, 2048)
  let scale = Double(buckets * buckets - 1) / (greatest - least)
  guard scale.isFinite, scale > 0 else { return nil }
  // Above 2⁵² the last bits of a number are those of a whole one; differences, products and rounding keep the order.
  @inline(__always)
  func place(_ score: Double) -> Int { Int(truncatingIfNeeded: ((score - least) * scale + 0x1p52).bitPattern) }
  var from = scores
  var to = [Double](repeating: 0, count: scores.count)
  var starts = [Int](repeating: 0, count: 2 * buckets)
  starts.withUnsafeMutableBufferPointer { starts in
    for score in scores {
      let place = place(score)
      starts[place & 2047] &+= 1
      starts[buckets &+ (place >> digit) & 2047] &+= 1
    }
    for pass in 0..<2 {
      var next = 0
      for bucket in pass * buckets..<(pass + 1) * buckets { (starts[bucket], next) = (next, next + starts[bucket]) }
    }
    for pass in 0..<2 {
      let shift = pass * digit
      to.withUnsafeMutableBufferPointer { to in
        for score in from {
          let bucket = pass &* buckets &+ (place(score) >> shift) & 2047
          to[starts[bucket]] = score
          starts[bucket] &+= 1
        }
      }
      swap(&from, &to)
    }
  }
  return sortByInsertion(&from, moves: 4 * scores.count) ? from : nil
}

/// Sorts values that are nearly in order.
///
/// - Returns: false if more than `moves` would be needed; the values are then as far in order as that went.
private func sortByInsertion(_ values: inout [Double], moves: Int) -> Bool {
  var left = moves
  return values.withUnsafeMutableBufferPointer { values in
    for index in values.indices.dropFirst() {
      let value = values[index]
      var place = index
      while place > 0, values[place - 1] > value {
        values[place] = values[place - 1]
        place -= 1
      }
      values[place] = value
      left -= index - place
      if left < 0 { return false }
    }
    return true
  }
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
