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

  /// The leaf of a row that is not known.
  static let unknown = UInt16.max

  /// Adds the tree's values for all rows to `scores`, one a row.
  ///
  /// - Parameters:
  ///   - known: The leaf of each row or ``unknown``, to spare the walk of rows that training has dealt to leaves already.
  func add(
    _ tree: Tree, bins: [UInt8], to scores: UnsafeMutablePointer<Double>, known: UnsafePointer<UInt16>? = nil,
    threads: Int
  ) {
    // Flat, so that a step copies numbers only.
    var sides: [Bool] = []
    /// From the bytes that features share to bins, and where each feature's start.
    var digits: [UInt8] = []
    var digitStarts: [Int: Int] = [:]
    let layout = matrix.layout
    let nodes = tree.splitFeature.indices.map { node in
      let feature = Int(tree.splitFeature[node])
      let mapper = matrix.mappers[feature]
      let set = tree.categorySet(node)
      let start = sides.count
      if let set { sides += self.sides(set, mapper, tree.defaultLeft[node]) }
      if !layout.isAlone(feature), digitStarts[feature] == nil {
        digitStarts[feature] = digits.count
        digits += (0...UInt8.max).map { UInt8(layout.bin(of: feature, in: $0)) }
      }
      return Node(
        byte: layout.byte[feature], bin: Int(bins[node]), missingBin: mapper.missingBin ?? -1,
        missingGoesLeft: tree.defaultLeft[node], left: tree.left[node], right: tree.right[node],
        sidesStart: set == nil ? -1 : start, digitsStart: digitStarts[feature] ?? -1,
        wideStart: (matrix.wideNumbers[feature] ?? -1) * matrix.rowCount)
    }
    let (values, linear, table) = (tree.leafValue, tree.linear, table)
    let (stride, goLeft, binOf) = (layout.stride, sides, digits)
    // Each chunk writes its own rows only.
    nonisolated(unsafe) let (bytes, wide) = (matrix.rows, matrix.wideColumns)
    nonisolated(unsafe) let (scores, known) = (scores, known)
    forEachChunk(of: matrix.rowCount, size: 4096, threads: threads) { range in
      for row in range {
        if let known, known[row] != Self.unknown, linear == nil {
          scores[row] += values[Int(known[row])]
          continue
        }
        let line = bytes + row * stride
        var place: Int32 = nodes.isEmpty ? ~0 : 0
        while place >= 0 {
          let node = nodes[Int(place)]
          var bin = Int(line[node.byte])
          if node.digitsStart >= 0 { bin = Int(binOf[node.digitsStart + bin]) }
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
    /// Where the sides of the bins of categories start; negative for numbers.
    var sidesStart: Int
    /// Where the bins by the value of a shared byte start; negative for a feature that has its byte for itself.
    var digitsStart: Int
    /// Where the feature's bins of two bytes start; negative for none.
    var wideStart: Int
  }
}
