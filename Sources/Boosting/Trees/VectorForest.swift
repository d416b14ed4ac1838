internal import CKernels

/// Trees as tests that rule leaves out, for sixteen rows at a time.
///
/// Every split is tested for every row, without a branch; the leftmost leaf that no test has ruled out is the row's own.
/// Source: Lucchese et al., "QuickScorer" (2015) and its vector form (2016). Scores have the bits of the walk.
///
/// `@unchecked Sendable`: C's records of numbers, never changed after `init`. Two of them are equal as far as their trees
/// are, which whoever owns both compares.
struct VectorForest: @unchecked Sendable, Hashable {
  private var trees: [kernel_tree] = []
  private var splits: [kernel_split] = []
  /// Thresholds in double precision, by split.
  private var thresholds: [Double] = []
  private var leaves: [Double] = []

  /// Nil where a tree has categories, linear leaves, more than 64 leaves or takes zero as missing.
  init?(_ source: [Tree], classes: Int) {
    guard !source.isEmpty else { return nil }
    for (number, tree) in source.enumerated() {
      guard tree.leafValue.count <= 64, !tree.missing.contains(.zero), tree.categories.isEmpty, tree.linear == nil
      else { return nil }
      var kinds: (left: [(kernel_split, Double)], right: [(kernel_split, Double)]) = ([], [])
      var own: [Double] = []
      /// The bits of the leaves below a child, which takes its places from left to right.
      func place(_ child: Int32) -> UInt64 {
        guard child >= 0 else {
          own.append(tree.leafValue[Int(~child)])
          return 1 << UInt64(own.count - 1)
        }
        let node = Int(child)
        let left = place(tree.left[node])
        let right = place(tree.right[node])
        let split = kernel_split(
          stays: ~left, threshold: Self.largestSingle(notAbove: tree.threshold[node]), feature: tree.splitFeature[node])
        let goesLeft = tree.missing[node] == .nan ? tree.defaultLeft[node] : 0 <= tree.threshold[node]
        let both = (split, tree.threshold[node])
        if goesLeft { kinds.left.append(both) } else { kinds.right.append(both) }
        return left | right
      }
      _ = place(tree.splitFeature.isEmpty ? ~0 : 0)
      trees.append(
        kernel_tree(
          first_split: Int32(splits.count), missing_left: Int32(kinds.left.count),
          missing_right: Int32(kinds.right.count),
          first_leaf: Int32(leaves.count), leaves: Int32(own.count), score: Int32(number % classes)))
      splits += (kinds.left + kinds.right).map(\.0)
      thresholds += (kinds.left + kinds.right).map(\.1)
      leaves += own
    }
  }

  private static func largestSingle(notAbove bound: Double) -> Float {
    let nearest = Float(bound)
    return Double(nearest) > bound ? nearest.nextDown : nearest
  }

  static func == (_: VectorForest, _: VectorForest) -> Bool { true }

  func hash(into _: inout Hasher) {}

  /// How many bits of a vector the processor has.
  private static let width: Int32 = VectorKernels.are512Used ? 512 : VectorKernels.avx2 != 0 ? 256 : 0

  /// Adds the trees' values for sixteen rows of single precision, `values[feature * 16 + row]`, to `scores[class * 16 + row]`.
  func add(_ values: UnsafePointer<Float>, to scores: UnsafeMutablePointer<Double>) {
    kernel_score_rows(values, trees, trees.count, splits, leaves, scores, Self.width)
  }

  /// Adds the trees' values for sixteen rows of double precision.
  func add(_ values: UnsafePointer<Double>, to scores: UnsafeMutablePointer<Double>) {
    kernel_score_double_rows(values, trees, trees.count, splits, thresholds, leaves, scores, Self.width)
  }
}
