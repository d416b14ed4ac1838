/// Writing down what has grown; for thread 0.
extension TreeGrowth {
  /// Writes which bins of the split feature go left.
  func fillSides(_ split: Split) {
    let shape = shapes[split.feature]
    if shape.categories > 0 {
      goesLeft.update(repeating: split.membersGoLeft ? 0 : 1, count: shape.categories + 1)
      for bin in split.members { goesLeft[Int(bin)] = split.membersGoLeft ? 1 : 0 }
      goesLeft[0] = split.missingGoesLeft ? 1 : 0
      return
    }
    for bin in 0..<binsPerFeature { goesLeft[bin] = bin <= split.bin && bin < shape.valueBins ? 1 : 0 }
    if shape.hasMissing { goesLeft[shape.valueBins] = split.missingGoesLeft ? 1 : 0 }
  }

  func addNode(_ leaf: OpenLeaf) {
    let split = leaf.best
    let mapper = matrix.mappers[split.feature]
    let node = Int32(tree.splitFeature.count)
    if leaf.parent >= 0 {
      if leaf.isLeftChild { tree.left[leaf.parent] = node } else { tree.right[leaf.parent] = node }
    }
    tree.splitFeature.append(Int32(split.feature))
    tree.threshold.append(mapper.isCategorical ? 0 : mapper.upperBounds[split.bin])
    if mapper.isCategorical, tree.categories.isEmpty {
      tree.categories = [CategorySet?](repeating: nil, count: Int(node))
    }
    if mapper.isCategorical {
      let members = split.members.map { mapper.categories[Int($0) - 1] }
      tree.categories.append(CategorySet(members, membersGoLeft: split.membersGoLeft))
    } else if !tree.categories.isEmpty {
      tree.categories.append(nil)
    }
    switch mapper.missing {
    case .none where mapper.isCategorical, .nan where mapper.isCategorical:
      tree.missing.append(mapper.missing == .nan ? .nan : .none)
      tree.defaultLeft.append(split.missingGoesLeft)
    case .nan:
      tree.missing.append(.nan)
      tree.defaultLeft.append(split.missingGoesLeft)
    case .zero:
      tree.missing.append(.zero)
      tree.defaultLeft.append(split.missingGoesLeft)
    case .none:
      // LightGBM marks such nodes as default-left; a NaN counts as 0.0 all the same.
      tree.missing.append(.none)
      tree.defaultLeft.append(true)
    case .right:
      tree.missing.append(.nan)
      tree.defaultLeft.append(false)
    }
    tree.left.append(~Int32(leaf.number))
    tree.right.append(~Int32(leafCount))
    tree.gain.append(split.gain + finder.rules.minGain)
    let gradient = Double(gradientSum(leaf.sum)) * finder.scale.gradientStep
    let hessian = Double(hessianSum(leaf.sum)) * finder.scale.hessianStep
    tree.internalValue.append(
      finder.rules.isBounded ? leaf.output : finder.rules.output(gradient, hessian + leaf.bounds.extraL2))
    tree.internalWeight.append(hessian)
    tree.internalCount.append(leaf.rows)
    bins.append(UInt8(split.bin))
  }

  func finish() -> TreeGrower.Result {
    for leaf in queue.removeAll() + level { close(leaf) }
    finished.sort { $0.number < $1.number }
    tree.leafValue = finished.map {
      finder.rules.output(
        Double(gradientSum($0.sum)) * finder.scale.gradientStep, Double(hessianSum($0.sum)) * finder.scale.hessianStep)
    }
    if isIntermediate { tree.leafValue = finished.map(\.output) }
    tree.leafWeight = finished.map { Double(hessianSum($0.sum)) * finder.scale.hessianStep }
    tree.leafCount = finished.map(\.rows)
    return TreeGrower.Result(tree: tree, bins: bins, ranges: finished.map(\.ranges), bounds: finished.map(\.bounds))
  }
}
