import Compute

/// Adds a new tree's values to the scores of binned rows: validation data, and rows outside the bag.
struct BinnedScorer {
  let matrix: BinnedMatrix
  /// The values themselves, which linear leaves ask for.
  let table: NumericTable?

  init(_ data: BinnedDataset) {
    matrix = data.matrix
    table = data.table
  }

  /// Adds the tree's values for all rows to `scores`, one a row.
  func add(_ tree: Tree, bins: [UInt8], to scores: UnsafeMutablePointer<Double>, threads: Int) {
    // Flat, so that a step copies numbers only.
    var sides: [Bool] = []
    let nodes = tree.splitFeature.indices.map { node in
      let feature = Int(tree.splitFeature[node])
      let mapper = matrix.mappers[feature]
      let set = tree.categorySet(node)
      let isAlone = matrix.layout.isAlone(feature)
      let start = sides.count
      if set != nil || !isAlone {
        let own =
          set.map { self.sides($0, mapper, tree.defaultLeft[node]) }
          ?? (0..<mapper.binCount).map { $0 == mapper.missingBin ? tree.defaultLeft[node] : $0 <= Int(bins[node]) }
        // By the bin, or by the byte that it shares.
        sides +=
          isAlone
          ? own : (0...UInt8.max).map { own[matrix.layout.bin(of: feature, in: $0)] }
      }
      return Node(
        byte: matrix.layout.byte[feature], bin: Int(bins[node]), missingBin: mapper.missingBin ?? -1,
        missingGoesLeft: tree.defaultLeft[node], left: tree.left[node], right: tree.right[node],
        sidesStart: sides.count == start ? -1 : start,
        wideStart: (matrix.wideNumbers[feature] ?? -1) * matrix.rowCount)
    }
    let (values, linear, table) = (tree.leafValue, tree.linear, table)
    let (stride, goLeft) = (matrix.layout.stride, sides)
    // Each chunk writes its own rows only.
    nonisolated(unsafe) let (bytes, wide) = (matrix.rows, matrix.wideColumns)
    nonisolated(unsafe) let scores = scores
    forEachChunk(of: matrix.rowCount, size: 4096, threads: threads) { range in
      for row in range {
        let line = bytes + row * stride
        var place: Int32 = nodes.isEmpty ? ~0 : 0
        while place >= 0 {
          let node = nodes[Int(place)]
          var bin = Int(line[node.byte])
          let goesLeft: Bool
          if node.sidesStart < 0 {
            goesLeft = bin == node.missingBin ? node.missingGoesLeft : bin <= node.bin
          } else {
            if node.wideStart >= 0 { bin = Int(wide[node.wideStart + row]) }
            goesLeft = goLeft[node.sidesStart + bin]
          }
          place = goesLeft ? node.left : node.right
        }
        let leaf = Int(~place)
        guard let linear, let table else {
          scores[row] += values[leaf]
          continue
        }
        scores[row] += linear.leaves[leaf].value { table.value(row, $0) } ?? values[leaf]
      }
    }
  }

  /// Which bins of categories go left.
  private func sides(_ set: CategorySet, _ mapper: BinMapper, _ missingGoesLeft: Bool) -> [Bool] {
    [missingGoesLeft] + mapper.categories.map { set.contains($0) == set.membersGoLeft }
  }

  private struct Node: Sendable {
    /// Where the feature's bin stands in a row.
    var byte: Int
    var bin: Int
    var missingBin: Int
    var missingGoesLeft: Bool
    var left: Int32
    var right: Int32
    /// Where the sides start, one a value of the byte or a bin of two bytes, of features of categories and of those that
    /// share a byte; negative for others.
    var sidesStart: Int
    /// Where the feature's bins of two bytes start; negative for none.
    var wideStart: Int
  }
}
