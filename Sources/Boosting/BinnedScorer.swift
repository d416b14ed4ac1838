import Compute

/// Adds a new tree's values to the scores of binned rows: validation data, and rows outside the bag.
struct BinnedScorer {
  let matrix: BinnedMatrix

  /// Adds the tree's values for all rows to `scores`, one a row.
  func add(_ tree: Tree, bins: [UInt8], to scores: UnsafeMutablePointer<Double>, threads: Int) {
    let nodes = tree.splitFeature.indices.map { node in
      let mapper = matrix.mappers[Int(tree.splitFeature[node])]
      return Node(
        feature: Int(tree.splitFeature[node]), bin: Int(bins[node]), missingBin: mapper.missingBin ?? -1,
        missingGoesLeft: tree.defaultLeft[node], left: tree.left[node], right: tree.right[node])
    }
    let values = tree.leafValue
    let (rows, stride) = (matrix.rows, matrix.stride)
    // Each chunk writes its own rows only.
    nonisolated(unsafe) let bytes = rows
    nonisolated(unsafe) let scores = scores
    forEachChunk(of: matrix.rowCount, size: 4096, threads: threads) { range in
      for row in range {
        let line = bytes + row * stride
        var place: Int32 = nodes.isEmpty ? ~0 : 0
        while place >= 0 {
          let node = nodes[Int(place)]
          let bin = Int(line[node.feature])
          let goesLeft = bin == node.missingBin ? node.missingGoesLeft : bin <= node.bin
          place = goesLeft ? node.left : node.right
        }
        scores[row] += values[Int(~place)]
      }
    }
  }

  private struct Node: Sendable {
    var feature: Int
    var bin: Int
    var missingBin: Int
    var missingGoesLeft: Bool
    var left: Int32
    var right: Int32
  }
}
