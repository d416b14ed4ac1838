package import Features

/// Rows in the order of time, whatever their symbol, and how many of them make a block for resampling.
///
/// What rows share they share across symbols too: a news moves all of them. Blocks of one symbol alone would take rows of the same moment
/// for independent, and intervals would come out too narrow by about the root of the number of symbols.
package struct TimeBlocks: Sendable {
  /// Places of the rows by ascending time, those of one time by their place.
  package let order: [Int]
  /// Rows a block, those of all symbols together, at least 1.
  ///
  /// Twenty horizons, at least 100 rows, a symbol, which keep what overlapping targets share. Where fewer than five such blocks fit, a fifth of the
  /// rows, but at least four horizons; so there may be no two blocks, and then no interval.
  package let length: Int

  /// Orders rows.
  ///
  /// - Parameters:
  ///   - rows: Row numbers of the table.
  ///   - horizon: The target's, in rows of a symbol.
  package init(_ rows: [Int], _ table: FeatureTable, horizon: Int) {
    let times = table.times
    order = rows.indices.sorted { (times[rows[$0]], $0) < (times[rows[$1]], $1) }
    let symbols = Set(rows.map { table.symbolIndices[$0] }).count
    length = Self.length(rows: rows.count, symbols: symbols, horizon: horizon)
  }

  /// Rows of a block.
  package static func length(rows: Int, symbols: Int, horizon: Int) -> Int {
    max(1, min(max(100, 20 * horizon) * symbols, max(rows / 5, 4 * horizon * symbols)))
  }

  /// Values by place in the order of time.
  func ordered(_ values: [Double]) -> [Double] { order.map { values[$0] } }
}
