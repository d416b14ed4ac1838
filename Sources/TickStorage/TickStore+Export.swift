import Foundation

/// Parquet files of what came since the last export, and rows that are let go by age.
extension TickStore {
  /// Rows that no export has written yet.
  public func rowsToExport() throws -> Int {
    let exports = try exportState()
    var rows = 0
    try connection.stream("SELECT count(*) FROM ticks") { rows = Int($0.integers(0)[0]) }
    return rows - exports.rows
  }

  /// Writes the rows since the last export as `symbol=S/date=D/part-N.parquet` (date in UTC; `unknown` without a time) in a folder.
  ///
  /// Files appear whole: they are written beside and renamed, and counted in the store only then. An export that was
  /// broken off is written again under the same names, so no row is in two files.
  /// - Returns: The number of rows.
  /// - Throws: ``StorageError``: `database` or `cannotOpen` if it cannot be written.
  @discardableResult
  public func exportNewRows(to folder: String) throws -> Int {
    let state = try exportState()
    let rows = try rowsToExport()
    guard rows > 0 else { return 0 }
    let beside = folder + "/.unfinished"
    let files = FileManager.default
    do {
      try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
      if files.fileExists(atPath: beside) { try files.removeItem(atPath: beside) }
    } catch {
      throw StorageError(.cannotOpen, "the folder '\(folder)' cannot be written: \(error.localizedDescription)")
    }
    // On several threads DuckDB mixes the blocks of a partition.
    try connection.execute("SET threads = 1")
    defer { _ = try? connection.execute("RESET threads") }  // Only speed depends on it.
    try connection.execute(
      """
      COPY (SELECT *, coalesce(strftime(make_timestamp(ts_ns // 1000), '%Y-%m-%d'), 'unknown') AS date
            FROM (SELECT * FROM ticks LIMIT \(rows) OFFSET \(state.rows)))
      TO \(sqlLiteral(beside))
      (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (symbol, date), FILENAME_PATTERN 'part-\(state.exports)-{i}')
      """)
    do {
      try moveFiles(from: beside, to: folder)
    } catch {
      throw StorageError(.cannotOpen, "the export to '\(folder)' cannot be finished: \(error.localizedDescription)")
    }
    try connection.execute(
      "UPDATE stream_exports SET exports = \(state.exports + 1), exported_rows = \(state.rows + rows)")
    return rows
  }

  /// Deletes rows of before a time, which must have been exported where exports are made.
  ///
  /// - Parameters:
  ///   - time: ns since 1970 UTC; rows without a time stay.
  ///   - afterExport: Whether an export of all rows was just made, so that every row counts as exported.
  /// - Returns: The number of rows.
  @discardableResult
  public func removeRows(before time: Int64, afterExport: Bool) throws -> Int {
    var removed = 0
    try transaction { () throws(StorageError) in
      // Those that go of the first rows, which are the exported ones; all of them are right after an export.
      if !afterExport {
        try connection.execute(
          """
          UPDATE stream_exports SET exported_rows = exported_rows - (SELECT count(*) FROM
            (SELECT ts_ns FROM ticks LIMIT (SELECT exported_rows FROM stream_exports)) WHERE ts_ns < \(time))
          """)
      }
      removed = try connection.execute("DELETE FROM ticks WHERE ts_ns < \(time)")
      if afterExport, removed > 0 {
        try connection.execute("UPDATE stream_exports SET exported_rows = exported_rows - \(removed)")
      }
    }
    return removed
  }

  private func exportState() throws -> (exports: Int, rows: Int) {
    var state = (exports: 0, rows: 0)
    try connection.stream("SELECT exports, exported_rows FROM stream_exports") {
      state = (Int($0.integers(0)[0]), Int($0.integers(1)[0]))
    }
    return state
  }

  private func moveFiles(from source: String, to target: String) throws {
    let files = FileManager.default
    for path in try files.subpathsOfDirectory(atPath: source) where path.hasSuffix(".parquet") {
      let place = target + "/" + path
      try files.createDirectory(
        atPath: URL(fileURLWithPath: place).deletingLastPathComponent().path, withIntermediateDirectories: true)
      guard rename(source + "/" + path, place) == 0 else {
        throw StorageError(.cannotOpen, "'\(place)': \(String(cString: strerror(errno)))")
      }
    }
    try files.removeItem(atPath: source)
  }
}
