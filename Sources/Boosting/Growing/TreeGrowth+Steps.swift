import Compute

/// What is split next; for thread 0, while the others wait.
extension TreeGrowth {
  func startRoot() {
    var sum: Int64 = 0
    var rows = 0
    for shard in shards.indices {
      sum &+= shardSums[shard]
      rows += shardRows[shard]
    }
    var root = OpenLeaf(
      number: 0, parent: -1, isLeftChild: false, depth: 0, rows: rows, sum: sum,
      ranges: shards.indices.map { 0..<shardRows[$0] }, histogram: nil)
    splitsChildren = maySplit(root)
    if splitsChildren { root.histogram = pool.take() }
    childFeatures.0 = features.features(depth: 0, number: 0, path: [])
    root.output = finder.rules.output(
      Double(gradientSum(sum)) * finder.scale.gradientStep, Double(hessianSum(sum)) * finder.scale.hessianStep)
    // The root has no parent to be smoothed to.
    root.bounds.parent = root.output
    current = root
  }

  func takeRoot(searchers: Int) {
    guard var root = current else { return }
    root.best = splitsChildren ? merged(searchers, child: 0) : Split()
    settle(root)
    next()
  }

  func takeChildren(_ left: OpenLeaf, _ right: OpenLeaf, searchers: Int) {
    for (var leaf, child) in [(left, 0), (right, 1)] {
      leaf.best = splitsChildren ? merged(searchers, child: child) : Split()
      settle(leaf)
    }
    stale = tighten(by: [left, right])
    if stale.isEmpty { next() }
  }

  /// Queues a leaf that has a split; a leaf without one is finished.
  func settle(_ leaf: OpenLeaf) {
    if options.growth == .symmetric, leaf.histogram != nil {
      level.append(leaf)
    } else if leaf.best.exists {
      queue.push(leaf)
    } else {
      close(leaf)
    }
  }

  func close(_ leaf: OpenLeaf) {
    if let histogram = leaf.histogram { pool.giveBack(histogram) }
    finished.append(leaf)
  }

  func merged(_ searchers: Int, child: Int) -> Split {
    var best = Split()
    for index in 0..<searchers where found[2 * index + child].isBetter(than: best) { best = found[2 * index + child] }
    return best
  }

  /// Whether a leaf of this size and depth can be split at all.
  func maySplit(_ leaf: OpenLeaf) -> Bool {
    if options.maxDepth > 0, leaf.depth >= options.maxDepth { return false }
    let hessian = Double(hessianSum(leaf.sum)) * finder.scale.hessianStep
    return leaf.rows >= max(2, 2 * options.minDataInLeaf) && hessian >= 2 * options.minSumHessianInLeaf
  }

  /// Chooses the next leaf and writes its node, or ends the tree.
  func next() {
    if queue.isEmpty, let depth = level.first?.depth {
      childFeatures.0 = features.features(depth: depth, number: 2 * leafCount, path: [])
      searchesLevel = true
      return
    }
    if options.numLeaves > 0, leafCount >= options.numLeaves {
      isDone = true
      return
    }
    guard let leaf = queue.pop() else {
      isDone = true
      return
    }
    addNode(leaf)
    leafCount += 1
    let path = leaf.path + [leaf.best.feature]
    childFeatures = (
      features.features(depth: leaf.depth + 1, number: 2 * leafCount, path: path),
      features.features(depth: leaf.depth + 1, number: 2 * leafCount + 1, path: path)
    )
    let isLast = options.numLeaves > 0 && leafCount >= options.numLeaves
    let isDeep = options.maxDepth > 0 && leaf.depth + 1 >= options.maxDepth
    splitsChildren = !isLast && !isDeep
    if splitsChildren {
      spare = pool.take()
      current = leaf
    } else {
      // Nothing below will be split, so nobody needs the sums any more.
      if let histogram = leaf.histogram { pool.giveBack(histogram) }
      spare = nil
      var bare = leaf
      bare.histogram = nil
      current = bare
    }
    fillSides(leaf.best)
  }
}
