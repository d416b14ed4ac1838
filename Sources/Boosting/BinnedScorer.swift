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
    // Linear leaves ask for values whose place the walk finds.
    let dealt = tree.linear == nil ? known : nil
    guard let walk = BinnedWalk(tree, bins: bins, matrix) else {
      return addOneByOne(tree, bins: bins, to: scores, known: dealt, threads: threads)
    }
    // A row that is not known gets nothing here and its value from the walk.
    let values = tree.leafValue + [0]
    let stride = matrix.layout.stride
    let (linear, table) = (tree.linear, table)
    // Each chunk writes its own rows only.
    nonisolated(unsafe) let (bytes, scores, known) = (matrix.rows, scores, dealt)
    forEachChunk(of: matrix.rowCount, size: 4096, threads: threads) { range in
      let (bytes, scores) = (bytes + range.lowerBound * stride, scores + range.lowerBound)
      if let linear, let table {
        withUnsafeTemporaryAllocation(of: Double.self, capacity: range.count) { leaves in
          leaves.initialize(repeating: 0)
          walk.add(bytes, stride, rows: nil, count: range.count, to: leaves.baseAddress!)
          for (place, row) in range.enumerated() {
            let leaf = Int(leaves[place])
            scores[place] += linear.leaves[leaf].value { table.value(row, $0) } ?? values[leaf]
          }
        }
        return
      }
      guard let known else { return walk.add(bytes, stride, rows: nil, count: range.count, to: scores) }
      let leaves = known + range.lowerBound
      withUnsafeTemporaryAllocation(of: UInt32.self, capacity: range.count) { rows in
        var count = 0
        values.withUnsafeBufferPointer { values in
          for row in 0..<range.count {
            scores[row] += values[min(Int(leaves[row]), values.count - 1)]
            rows[count] = UInt32(row)
            count += leaves[row] == Self.unknown ? 1 : 0
          }
        }
        walk.add(bytes, stride, rows: rows.baseAddress!, count: count, to: scores)
      }
    }
  }

  /// The same for trees that ``BinnedWalk`` does not take.
  private func addOneByOne(
    _ tree: Tree, bins: [UInt8], to scores: UnsafeMutablePointer<Double>, known: UnsafePointer<UInt16>?, threads: Int
  ) {
    let (values, linear, table, matrix) = (tree.leafValue, tree.linear, table, matrix)
    let sides = tree.splitFeature.indices.map { BinSides(tree, node: $0, splitBin: bins[$0], matrix.mappers) }
    // Each chunk writes its own rows only.
    nonisolated(unsafe) let (scores, known) = (scores, known)
    forEachChunk(of: matrix.rowCount, size: 4096, threads: threads) { range in
      for row in range {
        if let known, known[row] != Self.unknown {
          scores[row] += values[Int(known[row])]
          continue
        }
        var place: Int32 = sides.isEmpty ? ~0 : 0
        while place >= 0 {
          let node = Int(place)
          place = sides[node].isRight(matrix.bin(of: sides[node].feature, in: row)) ? tree.right[node] : tree.left[node]
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
}
