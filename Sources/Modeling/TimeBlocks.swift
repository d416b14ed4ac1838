import Features

/// Rows in the order of time, whatever their symbol, and how many of them make a block for resampling.
///
/// What rows share they share across symbols too: a news moves all of them. Blocks of one symbol alone would take rows of the same moment
/// for independent, and intervals would come out too narrow by about the root of the number of symbols.
struct TimeBlocks: Sendable {
  /// Places of the rows by ascending time, those of one time by their place.
  let order: [Int]
  /// Rows a block, those of all symbols together.
  let length: Int

  /// - Parameters:
  ///   - rows: Row numbers of the table.
  ///   - horizon: The target's, in rows of a symbol.
  init(_ rows: [Int], _ table: FeatureTable, horizon: Int) {
    let times = table.times
    order = rows.indices.sorted { (times[rows[$0]], $0) < (times[rows[$1]], $1) }
    let symbols = Set(rows.map { table.symbolIndices[$0] }).count
    // Fewer than five blocks say little about how blocks differ.
    length = max(1, min(rows.count / 5, Self.rowsPerSymbol(horizon: horizon) * symbols))
  }

  /// Twenty horizons keep what overlapping targets share.
  static func rowsPerSymbol(horizon: Int) -> Int { max(100, 20 * horizon) }

  /// Values by place, `[column * rows + place]`, in the order of time.
  func ordered(_ values: [Double]) -> [Double] {
    let rows = order.count
    guard rows > 0 else { return values }
    return stride(from: 0, to: values.count, by: rows).flatMap { start in order.map { values[start + $0] } }
  }
}
