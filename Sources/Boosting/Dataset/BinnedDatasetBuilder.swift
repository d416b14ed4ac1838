import Compute
import Synchronization

/// Makes a binned dataset of rows that come in blocks, in any order and from several threads.
///
/// Values are binned as they come, so that only the bins of all rows ever stand in memory: two bytes a value.
/// ```swift
/// let builder = try BinnedDatasetBuilder(rowCount: 100_000_000, sample: sample, options)
/// try builder.write(block, labels: labels, at: 0)  // and so on, each row once
/// let data = try builder.finish()
/// ```
public final class BinnedDatasetBuilder: Sendable {
  /// Rows that the dataset will have.
  public let rowCount: Int
  private let featureNames: [String]
  private let growth: BoostingOptions.Growth
  private let matrix: BinnedMatrix
  private let tables: BinTables
  private let hasWeights: Bool
  // Each row is written by the one thread that has claimed it.
  nonisolated(unsafe) private let labels: UnsafeMutablePointer<Double>
  nonisolated(unsafe) private let weights: UnsafeMutablePointer<Double>
  private let state = Mutex(State())

  private struct State {
    /// Rows that are claimed, ascending, neighbours joined.
    var claimed: [Range<Int>] = []
    var written = 0
    var isFinished = false
  }

  /// Makes the bins and room for all rows.
  ///
  /// - Parameters:
  ///   - rowCount: Rows that will be written, all of them.
  ///   - sample: Rows that stand for all, from which bins are made; NaN means missing. A feature without a missing value
  ///     here counts NaN as 0.0 (level-wise: as the largest value), as a model does.
  ///   - hasWeights: Whether rows come with weights.
  ///   - featureNames: One different name a column; nil for `Column_0` and so on.
  /// - Throws: ``BoostingError``: `invalidOption`, or `shapeMismatch` for a sample without rows or columns, repeated names,
  ///   or a row count outside 1...143,000,000.
  public init(
    rowCount: Int, sample: NumericTable, hasWeights: Bool = false, featureNames: [String]? = nil,
    _ options: BoostingOptions
  ) throws(BoostingError) {
    guard 1...143_000_000 ~= rowCount else {
      throw BoostingError(.shapeMismatch, "\(rowCount) rows were announced; 1 to 143,000,000 are possible")
    }
    try options.validate()
    let data = try TrainingData(
      table: sample, labels: [Double](repeating: 0, count: sample.rowCount), featureNames: featureNames)
    try options.validate(features: data.featureCount)
    let mappers = BinnedMatrix.mappers(data, options, threads: options.threadCount)
    self.rowCount = rowCount
    self.featureNames = data.featureNames
    self.hasWeights = hasWeights
    growth = options.growth
    matrix = BinnedMatrix(rowCount: rowCount, mappers: mappers)
    tables = BinTables(mappers, matrix.layout)
    labels = allocateLarge(Double.self, capacity: rowCount)
    weights = allocateLarge(Double.self, capacity: hasWeights ? rowCount : 1)
  }

  deinit {
    deallocateLarge(labels)
    deallocateLarge(weights)
  }

  /// Writes a block of rows; several threads may write different ones at the same time.
  ///
  /// - Parameters:
  ///   - block: The rows; columns as those of the sample.
  ///   - labels: Their labels.
  ///   - weights: Their weights, if the builder was made for weights.
  ///   - firstRow: Where the block belongs, from 0.
  /// - Throws: ``BoostingError``: `shapeMismatch` for other columns or lengths, rows outside the dataset, rows that were
  ///   written before, or after ``finish()``; `invalidLabel` for a label or weight that training would not take.
  /// - Complexity: O(rows · features).
  public func write(
    _ block: NumericTable, labels: [Double], weights: [Double]? = nil, at firstRow: Int
  ) throws(BoostingError) {
    let data = try TrainingData(table: block, labels: labels, weights: weights)
    guard data.featureCount == featureNames.count, (weights != nil) == hasWeights else {
      throw BoostingError(
        .shapeMismatch,
        "a block of \(data.featureCount) columns \(weights == nil ? "without" : "with") weights was given; "
          + "\(featureNames.count) columns \(hasWeights ? "with" : "without") weights are needed")
    }
    guard firstRow >= 0, firstRow <= rowCount - data.rowCount else {
      throw BoostingError(
        .shapeMismatch, "\(data.rowCount) rows from row \(firstRow) were given; there are rows 0 to \(rowCount - 1)")
    }
    let range = firstRow..<firstRow + data.rowCount
    guard claim(range) else {
      throw BoostingError(
        .shapeMismatch, "some of rows \(range.lowerBound) to \(range.upperBound - 1) were written before, or all are")
    }
    matrix.write(block, at: firstRow, tables)
    for (place, label) in labels.enumerated() { self.labels[firstRow + place] = label }
    for (place, weight) in (weights ?? []).enumerated() { self.weights[firstRow + place] = weight }
    state.withLock { $0.written += range.count }
  }

  /// Takes rows for the calling thread; false if one of them is taken already.
  private func claim(_ range: Range<Int>) -> Bool {
    state.withLock { state in
      let next = state.claimed.firstIndex { $0.upperBound > range.lowerBound } ?? state.claimed.count
      if state.isFinished || (next < state.claimed.count && state.claimed[next].lowerBound < range.upperBound) {
        return false
      }
      state.claimed.insert(range, at: next)
      // Blocks that meet become one, so that the list stays short.
      for place in [next, next - 1] where place >= 0 && place + 1 < state.claimed.count {
        if state.claimed[place].upperBound == state.claimed[place + 1].lowerBound {
          state.claimed[place] = state.claimed[place].lowerBound..<state.claimed[place + 1].upperBound
          state.claimed.remove(at: place + 1)
        }
      }
      return true
    }
  }

  /// The dataset of all rows.
  ///
  /// - Throws: ``BoostingError`` with code `shapeMismatch` while rows are missing, or the second time.
  public func finish() throws(BoostingError) -> BinnedDataset {
    let (written, isFirst) = state.withLock { state in
      let isFirst = !state.isFinished
      if state.written == rowCount { state.isFinished = true }
      return (state.written, isFirst)
    }
    guard written == rowCount, isFirst else {
      throw BoostingError(
        .shapeMismatch, isFirst ? "\(written) of \(rowCount) rows are written" : "the dataset was finished before")
    }
    return BinnedDataset(
      matrix: matrix, growth: growth, featureNames: featureNames,
      labels: Array(UnsafeBufferPointer(start: labels, count: rowCount)),
      weights: hasWeights ? Array(UnsafeBufferPointer(start: weights, count: rowCount)) : nil)
  }
}
