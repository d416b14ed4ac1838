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
    return queue.remove { leaf in
      for child in children where child.number != leaf.number {
        for feature in directed {
          guard let isAbove = leaf.isAbove(child, in: feature, shapes) else { continue }
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

/// What a leaf holds of a feature: a range of value bins, and perhaps the rows without a value.
struct BinRange: Sendable {
  var values: ClosedRange<Int>
  var holdsMissing: Bool

  func overlaps(_ other: BinRange) -> Bool {
    values.overlaps(other.values) || (holdsMissing && other.holdsMissing)
  }
}

extension OpenLeaf {
  /// Narrows what the two sides of a split of this leaf hold.
  func narrow(_ left: inout OpenLeaf, _ right: inout OpenLeaf, _ shape: MapperShape) {
    let own = range(of: best.feature, shape)
    let (low, high) = (own.values.lowerBound, own.values.upperBound)
    left.bins[best.feature] = BinRange(
      values: low...max(low, best.bin), holdsMissing: own.holdsMissing && best.missingGoesLeft)
    // A split of all values from the missing ones leaves the right side no values of its own to be told by.
    let isValues = best.bin < shape.valueBins - 1
    right.bins[best.feature] = BinRange(
      values: isValues ? min(best.bin + 1, high)...high : own.values,
      holdsMissing: own.holdsMissing && !best.missingGoesLeft)
  }

  private func range(of feature: Int, _ shape: MapperShape) -> BinRange {
    bins[feature] ?? BinRange(values: 0...Int.max, holdsMissing: shape.hasMissing)
  }

  /// Whether all values of a feature here are above those of another leaf that is beside it in all other features; nil
  /// where neither is above the other or they are not beside each other.
  func isAbove(_ other: OpenLeaf, in feature: Int, _ shapes: [MapperShape]) -> Bool? {
    let (own, others) = (range(of: feature, shapes[feature]).values, other.range(of: feature, shapes[feature]).values)
    guard !own.overlaps(others) else { return nil }
    for (number, range) in bins where number != feature {
      if !range.overlaps(other.range(of: number, shapes[number])) { return nil }
    }
    return own.lowerBound > others.upperBound
  }
}
