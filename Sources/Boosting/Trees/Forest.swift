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
    /// Bits: 1 NaN or zero goes left by default, 2 NaN is missing, 4 zero is missing, 16 the threshold
    /// is the number of a set of categories.
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
  private let vectors: VectorForest?
  private let quick: QuickForest?
  private var sets: [CategorySet] = []
  /// Linear functions by leaf; empty where no tree has some.
  private var linear: [LinearLeaves.Leaf?] = []

  init(_ trees: [Tree], baseScores: [Double], averagesTrees: Bool) {
    self.baseScores = baseScores
    divisor = averagesTrees ? Double(max(1, trees.count / baseScores.count)) : 1
    let hasLinear = trees.contains { $0.linear != nil }
    vectors = VectorForest(trees, classes: baseScores.count)
    quick = QuickForest(trees)
    for tree in trees {
      let firstNode = Int32(nodes.count)
      let firstLeaf = Int32(values.count)
      func place(_ child: Int32) -> Int32 { child >= 0 ? child + firstNode : ~(~child + firstLeaf) }
      roots.append(tree.splitFeature.isEmpty ? ~firstLeaf : firstNode)
      for index in tree.splitFeature.indices {
        var flags: Int32 = tree.defaultLeft[index] ? 1 : 0
        if tree.missing[index] == .nan { flags |= 2 }
        if tree.missing[index] == .zero { flags |= 6 }
        let set = tree.categorySet(index)
        if set != nil { flags |= 16 }
        nodes.append(
          Node(
            threshold: set == nil ? tree.threshold[index] : Double(sets.count), feature: tree.splitFeature[index],
            left: place(tree.left[index]),
            right: place(tree.right[index]), flags: flags))
        if let set { sets.append(set) }
      }
      values += tree.leafValue
      if hasLinear { linear += tree.leafValue.indices.map { tree.linear?.leaves[$0] } }
    }
  }

  /// Writes the scores of one row of features, one a class; allocates nothing.
  func score(row: UnsafePointer<Double>, into scores: UnsafeMutablePointer<Double>) {
    for index in baseScores.indices { scores[index] = baseScores[index] }
    add(row, to: scores, stride: 1)
  }

  /// Scores of a table whose rows are done with as soon as they are clear, `result[class * rows + row]`.
  func scores(_ table: NumericTable, threads: Int, until stop: PredictionEarlyStop) -> [Double] {
    let classes = baseScores.count
    let (rows, features) = (table.rowCount, table.columnCount)
    var result = [Double](repeating: 0, count: classes * rows)
    let wanted = threads == 0 ? WorkerPool.availableProcessors : threads
    result.withUnsafeMutableBufferPointer { result in
      // Each chunk writes its own rows only.
      nonisolated(unsafe) let base = result.baseAddress
      forEachChunk(of: rows, size: 256, threads: wanted) { range in
        let columns = (0..<features).map { feature in
          table.withColumn(feature) { values in range.map { values[$0] } }
        }
        for row in range {
          let scores = scores(columns.map { $0[row - range.lowerBound] }, until: stop)
          for index in 0..<classes { base?[index * rows + row] = scores[index] }
        }
      }
    }
    return result
  }

  private func scores(_ row: [Double], until stop: PredictionEarlyStop) -> [Double] {
    var scores = baseScores
    let classes = scores.count
    row.withUnsafeBufferPointer { row in
      for tree in roots.indices {
        if tree > 0, tree % classes == 0, (tree / classes) % stop.frequency == 0,
          scores.withUnsafeBufferPointer({ stop.isClear($0) })
        {
          break
        }
        var place = roots[tree]
        while place >= 0 { place = step(nodes[Int(place)], row.baseAddress!) }
        let value = linear.isEmpty ? nil : linear[Int(~place)]?.value { row[$0] }
        scores[tree % classes] += value ?? values[Int(~place)]
      }
    }
    return scores
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
        // One row or two are walked faster than sixteen are tested.
        if let vectors, rows > 2 { return add(vectors, table, range, to: base, stride: rows) }
        if table.isRowMajor, !table.isSingle, features > 0 {
          // Rows stand as the walk wants them.
          return table.withColumn(0) { view in
            for row in range {
              let values = (view.base + row * view.stride).assumingMemoryBound(to: Double.self)
              add(values, to: base + row, stride: rows)
            }
          }
        }
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

  /// Scores a range of rows sixteen at a time.
  private func add(
    _ vectors: VectorForest, _ table: NumericTable, _ range: Range<Int>, to scores: UnsafeMutablePointer<Double>,
    stride: Int
  ) {
    let features = table.columnCount
    let tiles = (range.count + 15) / 16
    let capacity = max(1, tiles * features * 16)
    let areSingle = withUnsafeTemporaryAllocation(of: Float.self, capacity: capacity) { values in
      // Rows that there are not are scored too, and forgotten.
      if range.count & 15 != 0 { values.initialize(repeating: 0) }
      if table.isSingle, table.isRowMajor {
        table.withColumn(0) { fillRows(values.baseAddress!, features, $0, range) }
      } else {
        for feature in 0..<features {
          let isExact = table.withColumn(feature) { view in
            fill(values.baseAddress! + feature * 16, tileStride: features * 16, view, range)
          }
          if !isExact { return false }
        }
      }
      score(range, to: scores, stride: stride) { tile, own in
        vectors.add(values.baseAddress! + tile * features * 16, to: own)
      }
      return true
    }
    if areSingle { return }
    withUnsafeTemporaryAllocation(of: Double.self, capacity: capacity) { values in
      if range.count & 15 != 0 { values.initialize(repeating: 0) }
      for feature in 0..<features {
        table.withColumn(feature) { view in
          for index in 0..<range.count {
            values[(index >> 4) &* (features &* 16) &+ feature &* 16 &+ index & 15] = view[range.lowerBound &+ index]
          }
        }
      }
      score(range, to: scores, stride: stride) { tile, own in
        vectors.add(values.baseAddress! + tile * features * 16, to: own)
      }
    }
  }

  /// Scores tile after tile: `add` adds the trees' values for one to `own[class * 16 + row]`.
  @inline(__always)
  private func score(
    _ range: Range<Int>, to scores: UnsafeMutablePointer<Double>, stride: Int,
    _ add: (_ tile: Int, _ own: UnsafeMutablePointer<Double>) -> Void
  ) {
    let classes = baseScores.count
    withUnsafeTemporaryAllocation(of: Double.self, capacity: classes * 16) { own in
      for tile in 0..<(range.count + 15) / 16 {
        for place in own.indices { own[place] = baseScores[place / 16] }
        add(tile, own.baseAddress!)
        for lane in 0..<min(16, range.count - tile * 16) {
          let row = range.lowerBound + tile * 16 + lane
          for index in 0..<classes { scores[index * stride + row] = own[index * 16 + lane] / divisor }
        }
      }
    }
  }

  /// Puts rows of floats side by side into tiles of sixteen.
  private func fillRows(_ tiles: UnsafeMutablePointer<Float>, _ features: Int, _ view: ColumnView, _ range: Range<Int>)
  {
    for index in 0..<range.count {
      let source = view.base + (range.lowerBound &+ index) &* view.stride
      let tile = (index >> 4) &* (features &* 16)
      let target = tiles + (tile &+ index & 15)
      for feature in 0..<features {
        target[feature &* 16] = source.loadUnaligned(fromByteOffset: feature &* 4, as: Float.self)
      }
    }
  }

  /// Puts a column's values into tiles of sixteen rows; false if one of them is not single precision.
  private func fill(
    _ tile: UnsafeMutablePointer<Float>, tileStride: Int, _ view: ColumnView, _ range: Range<Int>
  ) -> Bool {
    let base = view.base + range.lowerBound &* view.stride
    if view.isSingle {
      for index in 0..<range.count {
        tile[(index >> 4) &* tileStride &+ index & 15] = (base + index &* view.stride).loadUnaligned(as: Float.self)
      }
      return true
    }
    var isExact = true
    for index in 0..<range.count {
      let value = (base + index &* view.stride).loadUnaligned(as: Double.self)
      let single = Float(value)
      tile[(index >> 4) &* tileStride &+ index & 15] = single
      isExact = isExact && (Double(single) == value || value.isNaN)
    }
    return isExact
  }

  /// Adds the trees' values for one row to `scores[class * stride]`.
  @inline(__always)
  private func add(
    _ row: UnsafePointer<Double>, to scores: UnsafeMutablePointer<Double>, stride: Int
  ) {
    let classes = baseScores.count
    if let quick {
      quick.add(row, to: scores, classes: classes, stride: stride)
      if divisor != 1 { for index in 0..<classes { scores[index * stride] /= divisor } }
      return
    }
    nodes.withUnsafeBufferPointer { nodes in
      values.withUnsafeBufferPointer { values in
        roots.withUnsafeBufferPointer { roots in
          for tree in roots.indices {
            var place = roots[tree]
            while place >= 0 { place = step(nodes[Int(place)], row) }
            if !linear.isEmpty, let value = linear[Int(~place)]?.value({ row[$0] }) {
              scores[(baseScores.count == 1 ? 0 : tree % baseScores.count) &* stride] += value
            } else {
              add(values, place, tree, scores, stride)
            }
          }
          if divisor != 1 { for index in 0..<classes { scores[index * stride] /= divisor } }
        }
      }
    }
  }

  @inline(__always)
  private func add(
    _ values: UnsafeBufferPointer<Double>, _ place: Int32, _ tree: Int, _ scores: UnsafeMutablePointer<Double>,
    _ stride: Int
  ) {
    scores[(baseScores.count == 1 ? 0 : tree % baseScores.count) &* stride] += values[Int(~place)]
  }

  @inline(__always)
  private func step(_ node: Node, _ row: UnsafePointer<Double>) -> Int32 {
    let value = row[Int(node.feature)]
    if node.flags & 16 != 0 {
      let goesLeft = value.isNaN ? node.flags & 1 != 0 : sets[Int(node.threshold)].goesLeft(value)
      return goesLeft ? node.left : node.right
    }
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
