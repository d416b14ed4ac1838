import Compute

// What a model says about the rows of a table besides their scores.
extension BoostingModel {
  /// The leaf that each row reaches in each tree: `result[row * treeCount + tree]`.
  ///
  /// - Throws: ``BoostingError`` with code `shapeMismatch` for another number of columns.
  /// - Complexity: O(rows · trees · depth).
  public func leafIndices(_ table: NumericTable, threads: Int = 0) throws(BoostingError) -> [Int32] {
    try check(table)
    let trees = trees
    return rowwise(table, width: trees.count, threads: threads) { row, result in
      for (index, tree) in trees.enumerated() { result[index] = Int32(tree.leaf { row[$0] }) }
    }
  }

  /// Each feature's share in the raw score of each row, by exact Shapley values of the trees.
  ///
  /// `result[(row * scoresPerRow + class) * (features + 1) + feature]`; the last column is the expected value, and the
  /// columns add up to the raw score. Covers are row counts, or sums of hessians where the model's file has no counts.
  /// - Throws: ``BoostingError`` with code `shapeMismatch` for another number of columns.
  /// - Complexity: O(rows · leaves · depth²).
  public func contributions(_ table: NumericTable, threads: Int = 0) throws(BoostingError) -> [Double] {
    try check(table)
    let parts = trees.map { TreeContributions($0) }
    let (classes, bases, width) = (scoresPerRow, baseScores, featureNames.count + 1)
    let divisor = averagesTrees ? Double(max(1, iterationCount)) : 1
    return rowwise(table, width: classes * width, threads: threads) { row, result in
      for index in 0..<classes {
        var shares = [Double](repeating: 0, count: width)
        shares[width - 1] = bases[index]
        for tree in stride(from: index, to: parts.count, by: classes) { parts[tree].add({ row[$0] }, to: &shares) }
        for (place, share) in shares.enumerated() { result[index * width + place] = share / divisor }
      }
    }
  }

  /// The shares of ``contributions(_:threads:)`` parted by pairs of features (`pred_interactions`).
  ///
  /// `result[((row * scoresPerRow + class) * (features + 1) + feature) * (features + 1) + other]`: what two features do
  /// together, half of it on either side, so that a feature's entries add up to its contribution; on the diagonal what it does
  /// alone. The last row and column are 0 but for the expected value at their end.
  /// - Parameters:
  ///   - table: The rows; NaN means missing.
  ///   - threads: Threads; 0 for all processors. The result is the same for any number.
  /// - Throws: ``BoostingError`` with code `shapeMismatch` for another number of columns, or for more than 2³¹ numbers, which
  ///   are better asked for some rows at a time.
  /// - Complexity: O(rows · trees · (features + features of a tree · leaves · depth²)), and (features + 1)² numbers a row
  ///   and class.
  public func interactions(_ table: NumericTable, threads: Int = 0) throws(BoostingError) -> [Double] {
    try check(table)
    let parts = trees.map { TreeContributions($0) }
    let (classes, bases, features) = (scoresPerRow, baseScores, featureNames.count)
    let (square, isHuge) = (features + 1).multipliedReportingOverflow(by: features + 1)
    let (numbers, isTooLarge) = square.multipliedReportingOverflow(by: max(1, table.rowCount * classes))
    guard !isHuge, !isTooLarge, numbers <= 1 << 31 else {
      throw BoostingError(
        .shapeMismatch,
        "\(table.rowCount) rows, \(classes) scores and \(features) features have more than 2,147,483,648 interactions; "
          + "ask for fewer rows at a time")
    }
    let size = square
    let divisor = averagesTrees ? Double(max(1, iterationCount)) : 1
    return rowwise(table, width: classes * size, threads: threads) { row, result in
      for index in 0..<classes {
        var shares = [Double](repeating: 0, count: size)
        shares[size - 1] = bases[index]
        for tree in stride(from: index, to: parts.count, by: classes) {
          parts[tree].addInteractions({ row[$0] }, features: features, to: &shares)
        }
        for (place, share) in shares.enumerated() { result[index * size + place] = share / divisor }
      }
    }
  }

  /// Computes `width` numbers for each row, in parallel over chunks of rows.
  private func rowwise<Value: Sendable & AdditiveArithmetic & BitwiseCopyable>(
    _ table: NumericTable, width: Int, threads: Int,
    _ body: @escaping @Sendable ([Double], UnsafeMutablePointer<Value>) -> Void
  ) -> [Value] {
    var result = [Value](repeating: .zero, count: table.rowCount * width)
    var options = BoostingOptions()
    options.numThreads = max(0, threads)
    let count = options.threadCount
    result.withUnsafeMutableBufferPointer { result in
      // Each chunk writes its own rows only.
      nonisolated(unsafe) let base = result.baseAddress
      forEachChunk(of: width > 0 ? table.rowCount : 0, size: 64, threads: count) { range in
        let columns = (0..<table.columnCount).map { column in
          table.withColumn(column) { values in range.map { values[$0] } }
        }
        for row in range {
          body(columns.map { $0[row - range.lowerBound] }, base! + row * width)
        }
      }
    }
    return result
  }
}
