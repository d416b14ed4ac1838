import Compute

/// Which features a node may split: those drawn for the tree, of them those for its level, of those its own.
struct NodeFeatures {
  private let options: BoostingOptions
  private let tree: [Bool]
  private let iteration: Int
  private let index: Int

  init(_ options: BoostingOptions, tree: [Bool], iteration: Int, index: Int) {
    self.options = options
    self.tree = tree
    self.iteration = iteration
    self.index = index
  }

  /// The features of a node.
  ///
  /// - Parameters:
  ///   - depth: Its level, the root's being 0.
  ///   - number: Its number in the order of being made, which no two nodes of a tree share.
  ///   - path: The features of the splits above it.
  func features(depth: Int, number: Int, path: [Int]) -> [Bool] {
    var chosen = tree
    if !options.interactionConstraints.isEmpty {
      let allowed = allowed(after: path)
      for feature in chosen.indices where !allowed.contains(feature) { chosen[feature] = false }
    }
    if options.featureFractionByLevel < 1 {
      var random = RandomStream(seed: options.seed, path: 16, UInt64(iteration), UInt64(index), UInt64(depth))
      chosen = drawn(chosen, share: options.featureFractionByLevel, &random)
    }
    if options.featureFractionByNode < 1 {
      var random = RandomStream(seed: options.seed, path: 17, UInt64(iteration), UInt64(index), UInt64(number))
      chosen = drawn(chosen, share: options.featureFractionByNode, &random)
    }
    return chosen
  }

  /// The features of the groups that hold the whole path, and those of the path itself.
  private func allowed(after path: [Int]) -> Set<Int> {
    var groups = options.interactionConstraints.map { Set($0) }
    if options.growth == .levelwise {
      let named = Set(groups.joined())
      groups += tree.indices.filter { !named.contains($0) }.map { [$0] }
    }
    return groups.filter { $0.isSuperset(of: path) }.reduce(into: Set(path)) { $0.formUnion($1) }
  }

  /// The one bin that extra-random trees look at; nil where all are looked at.
  func onlyBin(node: Int, feature: Int, shape: MapperShape) -> Int? {
    let count = shape.categories > 0 ? shape.categories + 1 : shape.valueBins
    guard options.extraTrees, count > 1 else { return nil }
    var random = RandomStream(
      seed: options.seed, path: 19, UInt64(iteration), UInt64(index), UInt64(node), UInt64(feature))
    return random.index(below: count - 1)
  }
}
