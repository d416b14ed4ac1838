import Compute

/// All trees of a model as one array of nodes, in the form that prediction walks.
///
/// The training form (``Tree``) keeps statistics; this one keeps 24 bytes a node. A node's test is `value <= threshold`
/// with NaN handled by its flag; sums are taken in double precision in the order of the trees.
struct Forest: Sendable, Hashable {
  private struct Node: Sendable, Hashable {
    var threshold: Double
    var feature: Int32
    var left: Int32
    var right: Int32
    /// Bits: 1 NaN or zero goes left by default, 2 NaN is missing, 4 zero is missing.
    var flags: Int32
  }

  private var nodes: [Node] = []
  private var values: [Double] = []
  /// For each tree the root's node, or `~leaf` for a constant tree.
  ///
  /// Leaves are numbered over all trees.
  private var roots: [Int32] = []
  private let baseScores: [Double]
  /// What sums are divided by: the rounds of a random forest, else 1.
  private let divisor: Double

  init(_ trees: [Tree], baseScores: [Double], averagesTrees: Bool) {
    self.baseScores = baseScores
    divisor = averagesTrees ? Double(max(1, trees.count / baseScores.count)) : 1
    for tree in trees {
      let firstNode = Int32(nodes.count)
      let firstLeaf = Int32(values.count)
      func place(_ child: Int32) -> Int32 { child >= 0 ? child + firstNode : ~(~child + firstLeaf) }
      roots.append(tree.splitFeature.isEmpty ? ~firstLeaf : firstNode)
      for index in tree.splitFeature.indices {
        var flags: Int32 = tree.defaultLeft[index] ? 1 : 0
        if tree.missing[index] == .nan { flags |= 2 }
        if tree.missing[index] == .zero { flags |= 6 }
        nodes.append(
          Node(
            threshold: tree.threshold[index], feature: tree.splitFeature[index], left: place(tree.left[index]),
            right: place(tree.right[index]), flags: flags))
      }
      values += tree.leafValue
    }
  }

  /// Scores of one row of features, one a class.
  func scores(row: UnsafePointer<Double>) -> [Double] {
    var result = baseScores
    result.withUnsafeMutableBufferPointer { add(row, to: $0.baseAddress!, stride: 1) }
    return result
  }

  /// Scores of a table, `result[class * rows + row]`, in parallel over chunks of rows.
  func scores(_ table: NumericTable, threads: Int) -> [Double] {
    let classes = baseScores.count
    let (rows, features) = (table.rowCount, table.columnCount)
    var result = [Double](repeating: 0, count: classes * rows)
    for (index, base) in baseScores.enumerated() {
      for row in 0..<rows { result[index * rows + row] = base }
    }
    let wanted = threads == 0 ? WorkerPool.availableProcessors : threads
    result.withUnsafeMutableBufferPointer { result in
      // Each chunk writes its own rows only.
      nonisolated(unsafe) let base = result.baseAddress
      forEachChunk(of: rows, size: 256, threads: rows * roots.count < 20_000 ? 1 : wanted) { range in
        guard let base else { return }
        withUnsafeTemporaryAllocation(of: Double.self, capacity: max(1, range.count * features)) { block in
          for feature in 0..<features {
            table.withColumn(feature) { values in
              for row in range { block[(row - range.lowerBound) * features + feature] = values[row] }
            }
          }
          for row in range {
            add(block.baseAddress! + (row - range.lowerBound) * features, to: base + row, stride: rows)
          }
        }
      }
    }
    return result
  }

  /// Adds the trees' values for one row to `scores[class * stride]`.
  @inline(__always)
  private func add(_ row: UnsafePointer<Double>, to scores: UnsafeMutablePointer<Double>, stride: Int) {
    let classes = baseScores.count
    nodes.withUnsafeBufferPointer { nodes in
      values.withUnsafeBufferPointer { values in
        roots.withUnsafeBufferPointer { roots in
          for tree in 0..<roots.count {
            var place = roots[tree]
            while place >= 0 { place = step(nodes[Int(place)], row) }
            scores[(classes == 1 ? 0 : tree % classes) * stride] += values[Int(~place)]
          }
          if divisor != 1 { for index in 0..<classes { scores[index * stride] /= divisor } }
        }
      }
    }
  }

  @inline(__always)
  private func step(_ node: Node, _ row: UnsafePointer<Double>) -> Int32 {
    let value = row[Int(node.feature)]
    if value <= node.threshold {
      guard node.flags & 4 != 0, abs(value) <= LightGBMBins.zeroThreshold else { return node.left }
      return node.flags & 1 != 0 ? node.left : node.right
    }
    if value > node.threshold {
      guard node.flags & 4 != 0, abs(value) <= LightGBMBins.zeroThreshold else { return node.right }
      return node.flags & 1 != 0 ? node.left : node.right
    }
    // NaN.
    let goesLeft = node.flags & 2 != 0 ? node.flags & 1 != 0 : 0 <= node.threshold
    return goesLeft ? node.left : node.right
  }
}
