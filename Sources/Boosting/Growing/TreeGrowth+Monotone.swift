/// The intermediate method for features with a direction: a leaf is bounded by the values of the leaves beside it, not by the
/// middle between two halves, and what was found for it is looked for anew when these values change.
///
/// Source: Auguste, Malory and Smirnov, "A Better Method to Enforce Monotonic Constraints in Regression and Classification
/// Trees" (2020). Two leaves are beside each other where their ranges overlap in every feature but the one with a direction.
extension TreeGrowth {
  /// Whether bounds come from the neighbours' values.
  var isIntermediate: Bool { !finder.rules.monotone.isEmpty && options.monotoneMethod == .intermediate }

  /// Tightens the bounds of the open leaves by the values of two new ones; for thread 0.
  ///
  /// - Returns: The leaves whose split would now break a bound, taken out of the queue.
  func tighten(by children: [OpenLeaf]) -> [OpenLeaf] {
    guard isIntermediate else { return [] }
    let directed = finder.rules.monotone.indices.filter { finder.rules.monotone[$0] != 0 }
    // Rows without a value are on either side of a split: such a feature keeps no two leaves apart for them.
    let parts = shapes.map { !$0.hasMissing }
    return queue.remove { leaf in
      for child in children where child.number != leaf.number {
        for feature in directed {
          guard let isAbove = leaf.isAbove(child, in: feature, parts) else { continue }
          if isAbove == (finder.rules.monotone[feature] > 0) {
            leaf.bounds.lower = max(leaf.bounds.lower, child.output)
          } else {
            leaf.bounds.upper = min(leaf.bounds.upper, child.output)
          }
        }
      }
      let allowed = leaf.bounds.lower...max(leaf.bounds.lower, leaf.bounds.upper)
      // A split that keeps within tighter bounds is still the best: all others can only have lost.
      return !allowed.contains(leaf.best.leftOutput) || !allowed.contains(leaf.best.rightOutput)
    }
  }
}

extension OpenLeaf {
  /// Narrows the ranges of bins of the two sides of a split of this leaf.
  func narrow(_ left: inout OpenLeaf, _ right: inout OpenLeaf, lastBin: Int) {
    let range = ranges(of: best.feature)
    left.bins[best.feature] = range.lowerBound...max(range.lowerBound, best.bin)
    right.bins[best.feature] = min(best.bin + 1, range.upperBound)...range.upperBound
    if best.bin >= lastBin { right.bins[best.feature] = range }
  }

  private func ranges(of feature: Int) -> ClosedRange<Int> { bins[feature] ?? 0...Int.max }

  /// Whether all values of a feature here are above those of another leaf that is beside it in all other features; nil
  /// where neither is above the other or they are not beside each other.
  func isAbove(_ other: OpenLeaf, in feature: Int, _ parts: [Bool]) -> Bool? {
    let (own, others) = (ranges(of: feature), other.ranges(of: feature))
    guard !own.overlaps(others) else { return nil }
    for (number, range) in bins where number != feature && parts[number] {
      if !range.overlaps(other.ranges(of: number)) { return nil }
    }
    return own.lowerBound > others.upperBound
  }
}
