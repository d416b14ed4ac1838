/// Which bins go which way at a node.
struct BinSides: Sendable {
  let feature: Int
  private let bin: Int
  private let missingBin: Int
  private let missingGoesLeft: Bool
  /// Whether a bin goes left, for sets of categories; empty for numbers.
  private let isLeft: [Bool]

  init(_ tree: Tree, node: Int, splitBin: UInt8, _ mappers: [BinMapper]) {
    feature = Int(tree.splitFeature[node])
    let mapper = mappers[feature]
    bin = Int(splitBin)
    missingBin = mapper.missingBin ?? -1
    missingGoesLeft = tree.defaultLeft[node]
    isLeft =
      tree.categorySet(node).map { set in
        [tree.defaultLeft[node]] + mapper.categories.map { set.contains($0) == set.membersGoLeft }
      } ?? []
  }

  @inline(__always)
  func isRight(_ bin: Int) -> Bool {
    if !isLeft.isEmpty { return bin < isLeft.count && !isLeft[bin] }
    return bin == missingBin ? !missingGoesLeft : bin > self.bin
  }
}
