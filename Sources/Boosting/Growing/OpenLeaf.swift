/// A leaf of a growing tree.
struct OpenLeaf {
  /// Its number in the finished tree.
  var number: Int
  /// The internal node above it, or −1 for the root.
  var parent: Int
  var isLeftChild: Bool
  var depth: Int
  var rows: Int
  /// Sum of packed pairs.
  var sum: Int64
  /// First row and count in each shard.
  var ranges: [Range<Int>]
  /// Its histogram while it may still be split.
  var histogram: UnsafeMutablePointer<Int64>?
  var best = Split()
  /// Bounds of its own value, and that value before shrinkage; kept where values are bounded or smoothed.
  var bounds = OutputBounds()
  var output = 0.0
  /// What it holds of each feature, as far as splits have narrowed that, where neighbours bound each other.
  var bins: [Int: BinRange] = [:]
  /// The features that it may be split by and its number among all nodes, for another search.
  var chosen: [Bool] = []
  var node = 0
  /// The features of the splits above, where interactions are constrained.
  var path: [Int] = []
}

/// Which open leaf is split next: the whole difference between the two ways to grow.
struct GrowthQueue {
  private let growth: BoostingOptions.Growth
  private var leaves: [OpenLeaf] = []

  init(_ growth: BoostingOptions.Growth) { self.growth = growth }

  var isEmpty: Bool { leaves.isEmpty }

  /// Adds a leaf that has a split.
  mutating func push(_ leaf: OpenLeaf) { leaves.append(leaf) }

  /// Leaf-wise the largest gain, then the smaller feature, then the smaller leaf; else the oldest.
  mutating func pop() -> OpenLeaf? {
    guard !leaves.isEmpty else { return nil }
    switch growth {
    case .levelwise, .symmetric: return leaves.removeFirst()
    case .leafwise:
      var best = 0
      for index in leaves.indices.dropFirst() {
        let (a, b) = (leaves[index], leaves[best])
        let isTie = a.best.gain == b.best.gain && a.best.feature == b.best.feature
        if a.best.isBetter(than: b.best) || (isTie && a.number < b.number) { best = index }
      }
      return leaves.remove(at: best)
    }
  }

  /// Changes all leaves and takes those out for which `isStale` then says so.
  mutating func remove(where isStale: (inout OpenLeaf) -> Bool) -> [OpenLeaf] {
    var (kept, removed): ([OpenLeaf], [OpenLeaf]) = ([], [])
    for leaf in leaves {
      var leaf = leaf
      if isStale(&leaf) { removed.append(leaf) } else { kept.append(leaf) }
    }
    leaves = kept
    return removed
  }

  /// Leaves that were never split.
  mutating func removeAll() -> [OpenLeaf] {
    defer { leaves = [] }
    return leaves
  }
}
