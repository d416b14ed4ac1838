import Compute

/// Levels of symmetric trees: one split for all leaves, which are then partitioned one after another as in other trees.
extension TreeGrowth {
  /// Finds this thread's best split of the level among its own features.
  func searchLevel(_ own: Range<Int>, _ index: Int) {
    var best = Split()
    for place in layout.members(of: own) where childFeatures.0[layout.members[place].feature] {
      let split = bestOfLevel(place, scratch(index))
      if split.isBetter(than: best) { best = split }
    }
    found[2 * index] = best
  }

  /// The split of one feature with the largest sum of gains over the leaves, which is its gain.
  private func bestOfLevel(_ place: Int, _ scratch: UnsafeMutablePointer<Int64>) -> Split {
    let feature = layout.members[place].feature
    let shape = shapes[feature]
    var missingLeft = [Double](repeating: 0, count: binsPerFeature)
    var missingRight = missingLeft
    for leaf in level {
      guard let histogram = leaf.histogram else { continue }
      var reader = HistogramReader(layout, histogram, scratch: scratch)
      let leafSplits = LeafSplits(reader.sums(of: place), shape, leaf, finder)
      leafSplits.forEach { bin, isMissingLeft, gain, _ in
        if isMissingLeft { missingLeft[bin] += gain } else { missingRight[bin] += gain }
      }
    }
    var best = Split()
    best.gain = options.minGainToSplit
    // The order of one leaf's search decides ties here as well.
    for bin in stride(from: shape.valueBins - 2, through: 0, by: -1) where missingLeft[bin] > best.gain {
      (best.bin, best.missingGoesLeft, best.gain, best.feature) = (bin, true, missingLeft[bin], feature)
    }
    for bin in 0..<shape.valueBins where missingRight[bin] > best.gain {
      (best.bin, best.missingGoesLeft, best.gain, best.feature) = (bin, false, missingRight[bin], feature)
    }
    return best
  }

  /// Gives the level's split to the leaves that take it, and finishes the others; for thread 0.
  func takeLevel(searchers: Int) {
    searchesLevel = false
    var best = Split()
    for index in 0..<searchers where found[2 * index].isBetter(than: best) { best = found[2 * index] }
    let leaves = level
    level = []
    guard best.exists else {
      for leaf in leaves { close(leaf) }
      isDone = true
      return
    }
    let takers = leaves.map { taker($0, of: best) }
    let count = takers.count { $0.best.exists }
    let isFull = options.numLeaves > 0 && leafCount + count > options.numLeaves
    for leaf in takers {
      if leaf.best.exists, !isFull { queue.push(leaf) } else { close(leaf) }
    }
    if isFull || count == 0 { isDone = true } else { next() }
  }

  private func taker(_ leaf: OpenLeaf, of split: Split) -> OpenLeaf {
    var taker = leaf
    guard let histogram = leaf.histogram else { return taker }
    var reader = HistogramReader(layout, histogram, scratch: scratch(0))
    let splits = LeafSplits(reader.sums(of: layout.places[split.feature]), shapes[split.feature], leaf, finder)
    splits.forEach { bin, isMissingLeft, gain, left in
      guard bin == split.bin, isMissingLeft == split.missingGoesLeft, gain > 0 else { return }
      taker.best = split
      (taker.best.gain, taker.best.left) = (gain, left)
    }
    return taker
  }
}

/// All splits of one leaf by one feature that leave enough rows and hessian on both sides.
private struct LeafSplits {
  private let bins: UnsafePointer<Int64>
  private let shape: MapperShape
  private let leaf: OpenLeaf
  private let finder: SplitFinder
  private let before: Double

  init(_ bins: UnsafePointer<Int64>, _ shape: MapperShape, _ leaf: OpenLeaf, _ finder: SplitFinder) {
    self.bins = bins
    self.shape = shape
    self.leaf = leaf
    self.finder = finder
    before = finder.rules.gain(
      Double(gradientSum(leaf.sum)) * finder.scale.gradientStep, Double(hessianSum(leaf.sum)) * finder.scale.hessianStep
    )
  }

  /// Calls `body` with the last bin on the left, whether missing values go left, the gain and the sum of the left side.
  func forEach(_ body: (Int, Bool, Double, Int64) -> Void) {
    let missing = shape.hasMissing ? bins[shape.valueBins] : 0
    var values: Int64 = 0
    for bin in 0..<(shape.partsMissing ? shape.valueBins : shape.valueBins - 1) {
      values &+= bins[bin]
      if bin < shape.valueBins - 1, let gain = gain(values &+ missing) { body(bin, true, gain, values &+ missing) }
      if shape.hasMissing, let gain = gain(values) { body(bin, false, gain, values) }
    }
  }

  /// The gain over the unsplit leaf; nil for a split that is not allowed.
  private func gain(_ left: Int64) -> Double? {
    let right = leaf.sum &- left
    if left == 0 || right == 0 { return nil }
    let (rules, scale) = (finder.rules, finder.scale)
    let leftHessian = Double(hessianSum(left)) * scale.hessianStep
    let rightHessian = Double(hessianSum(right)) * scale.hessianStep
    if min(leftHessian, rightHessian) < rules.minHessian { return nil }
    if rules.minData > 0 {
      // As in other trees, rows are told by hessians.
      let hessian = leftHessian + rightHessian
      let perHessian = hessian > 0 ? Double(leaf.rows) / hessian : 0
      let leftRows = Int(leftHessian * perHessian + 0.5)
      if min(leftRows, leaf.rows - leftRows) < rules.minData { return nil }
    }
    return rules.gain(Double(gradientSum(left)) * scale.gradientStep, leftHessian)
      + rules.gain(Double(gradientSum(right)) * scale.gradientStep, rightHessian) - before
  }
}
