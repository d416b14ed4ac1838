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
    let nodes = tree.splitFeature.indices.map { node in
      let feature = Int(tree.splitFeature[node])
      let mapper = matrix.mappers[feature]
      return Node(
        feature: feature, bin: Int(bins[node]), missingBin: mapper.missingBin ?? -1,
        missingGoesLeft: tree.defaultLeft[node], left: tree.left[node], right: tree.right[node],
        sides: tree.categorySet(node).map { sides($0, mapper, tree.defaultLeft[node]) } ?? [],
        wideStart: (matrix.wideNumbers[feature] ?? -1) * matrix.rowCount)
    }
    let (values, linear, table) = (tree.leafValue, tree.linear, table)
    let stride = matrix.stride
    // Each chunk writes its own rows only.
    nonisolated(unsafe) let (bytes, wide) = (matrix.rows, matrix.wideColumns)
    nonisolated(unsafe) let scores = scores
    forEachChunk(of: matrix.rowCount, size: 4096, threads: threads) { range in
      for row in range {
        let line = bytes + row * stride
        var place: Int32 = nodes.isEmpty ? ~0 : 0
        while place >= 0 {
          let node = nodes[Int(place)]
          var bin = Int(line[node.feature])
          let goesLeft: Bool
          if node.sides.isEmpty {
            goesLeft = bin == node.missingBin ? node.missingGoesLeft : bin <= node.bin
          } else {
            if node.wideStart >= 0 { bin = Int(wide[node.wideStart + row]) }
            goesLeft = node.sides[bin]
          }
          place = goesLeft ? node.left : node.right
        }
        let leaf = Int(~place)
        let value = table.flatMap { table in linear?.leaves[leaf].value { table.value(row, $0) } }
        scores[row] += value ?? values[leaf]
      }
    }
  }

  /// Which bins of categories go left.
  private func sides(_ set: CategorySet, _ mapper: BinMapper, _ missingGoesLeft: Bool) -> [Bool] {
    [missingGoesLeft] + mapper.categories.map { set.contains($0) == set.membersGoLeft }
  }

  private struct Node: Sendable {
    var feature: Int
    var bin: Int
    var missingBin: Int
    var missingGoesLeft: Bool
    var left: Int32
    var right: Int32
    /// By bin, for categories.
    var sides: [Bool]
    /// Where the feature's bins of two bytes start; negative for none.
    var wideStart: Int
  }
}
