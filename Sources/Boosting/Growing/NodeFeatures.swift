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
  func features(depth: Int, number: Int) -> [Bool] {
    var chosen = tree
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
}
