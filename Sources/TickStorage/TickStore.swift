import Foundation
public import TickData

/// A DuckDB file (or memory) that holds ticks: table `ticks` with the columns of the common tick schema.
///
/// Every ``append(_:)`` is one transaction: when it returns, the batch is on disk; a process killed in the middle leaves
/// whole batches only. One thread at a time may use a store, and one process may have a file open for writing.
public final class TickStore {
  /// How many rows a symbol has, and from when to when.
  public struct SymbolStatistics: Sendable, Hashable, Codable {
    /// The symbol.
    public let symbol: String
    /// Number of rows, quotes included.
    public let rows: Int
    /// Number of rows with a price.
    public let trades: Int
    /// Earliest time, ns since 1970 UTC; nil if no row has one.
    public let firstTime: Int64?
    /// Latest time, ns since 1970 UTC; nil if no row has one.
    public let lastTime: Int64?
  }

  let connection: DuckDBConnection
  private let isReadOnly: Bool

  /// Opens a store, making the file where there is none.
  ///
  /// - Parameters:
  ///   - path: The file; nil for a store in memory.
  ///   - readOnly: Whether writing is refused, so that several processes can read one file.
  /// - Throws: ``StorageError``: `unavailable` without DuckDB, `cannotOpen` for a file that is not a store or is in use.
  public init(path: String?, readOnly: Bool = false) throws(StorageError) {
    if readOnly, let path, !FileManager.default.fileExists(atPath: path) {
      throw StorageError(.cannotOpen, "there is no store '\(path)'")
    }
    connection = try DuckDBConnection(path: path, readOnly: readOnly)
    isReadOnly = readOnly
    if !readOnly { try connection.execute(Self.schema) }
  }

  private static let schema = """
    CREATE TABLE IF NOT EXISTS ticks (
      symbol VARCHAR NOT NULL, ts_ns BIGINT, price DOUBLE, size DOUBLE, bid DOUBLE, ask DOUBLE,
      bid_size DOUBLE, ask_size DOUBLE, side TINYINT, cancelled TINYINT)
    """

  static let types: [DuckDBAppender.ColumnType] = [
    .text, .integer, .double, .double, .double, .double, .double, .double, .byte, .byte,
  ]

  /// Appends a batch as one transaction; when this returns, the batch is durable.
  ///
  /// - Throws: ``StorageError`` with code `database`; then nothing of the batch is in the store.
  public func append(_ batch: TickBatch) throws(StorageError) {
    guard batch.count > 0 else { return }
    try connection.execute("BEGIN TRANSACTION")
    do {
      let appender = try DuckDBAppender(connection, table: "ticks", types: Self.types)
      try write(batch, to: appender)
      try appender.finish()
    } catch {
      // The first error is the one to report; a failing rollback leaves the transaction to end with the connection.
      _ = try? connection.execute("ROLLBACK")
      throw error
    }
    try connection.execute("COMMIT")
  }

  /// Appends a table, symbol after symbol, as one transaction.
  public func append(_ table: TickTable) throws(StorageError) {
    var batch = [Int32]()
    var columns = TickColumns()
    columns.reserveCapacity(table.rowCount)
    for (index, series) in table.series.enumerated() {
      batch += repeatElement(Int32(index), count: series.count)
      columns.append(contentsOf: series.columns)
    }
    do {
      try append(TickBatch(symbols: table.symbols, symbolIndices: batch, columns: columns))
    } catch let error as StorageError {
      throw error
    } catch {
      throw StorageError(.invalidOption, "\(error)")
    }
  }

  /// The rows of a symbol in the order in which they were appended.
  ///
  /// - Parameters:
  ///   - symbol: The symbol; an unknown one gives an empty series.
  ///   - from: First time wanted, ns since 1970 UTC; nil for all.
  ///   - to: First time not wanted any more; nil for all. With a bound, rows without a time are left out.
  public func ticks(symbol: String, from: Int64? = nil, to: Int64? = nil) throws -> TickSeries {
    var condition = "WHERE symbol = ?"
    var parameters = [SQLValue.text(symbol)]
    if let from {
      condition += " AND ts_ns >= ?"
      parameters.append(.integer(from))
    }
    if let to {
      condition += " AND ts_ns < ?"
      parameters.append(.integer(to))
    }
    var reader = TickRowReader()
    try connection.stream("SELECT \(tickSelectList) FROM ticks \(condition)", parameters) { reader.read($0) }
    return try TickSeries(symbol: symbol, columns: reader.takeBatch().columns)
  }

  /// The rows of a symbol that were appended last, in the order in which they were appended.
  ///
  /// - Parameters:
  ///   - symbol: The symbol; an unknown one gives an empty series.
  ///   - limit: Most rows wanted.
  public func newestTicks(symbol: String, limit: Int) throws -> TickSeries {
    var reader = TickRowReader()
    try connection.stream(
      """
      SELECT \(tickSelectList) FROM
        (SELECT *, rowid AS place FROM ticks WHERE symbol = ? ORDER BY place DESC LIMIT \(max(0, limit))) ORDER BY place
      """, [.text(symbol)]
    ) { reader.read($0) }
    return try TickSeries(symbol: symbol, columns: reader.takeBatch().columns)
  }

  /// All rows as a table; symbols in order of first appearance.
  public func table() throws -> TickTable {
    var table = TickTable()
    try forEachBatch { table.append($0) }
    return table
  }

  /// The rows with the newest times, of all symbols, in the order in which they were appended; symbols in order of first appearance.
  ///
  /// - Parameter limit: Rows wanted: those as new as the newest so many are, so more where times are equal. Rows without a time are left out
  ///   where there are more rows than that.
  public func table(newest limit: Int) throws -> TickTable {
    guard limit > 0 else { return TickTable() }
    var first: Int64?
    try connection.stream(
      "SELECT coalesce(min(ts_ns), \(Int64.min)), count(*) FROM (SELECT ts_ns FROM ticks ORDER BY ts_ns DESC NULLS LAST LIMIT \(limit))"
    ) { chunk in
      for row in 0..<chunk.count where chunk.integers(1)[row] >= Int64(limit) { first = chunk.integers(0)[row] }
    }
    guard let first else { return try table() }
    var table = TickTable()
    try connection.forEachBatch(
      "SELECT \(tickSelectList) FROM ticks WHERE ts_ns >= \(first)", rows: 131_072
    ) { table.append($0) }
    return table
  }

  /// The symbols, in the order of their names.
  public func symbols() throws -> [String] {
    var found: [String] = []
    try connection.stream("SELECT DISTINCT symbol FROM ticks ORDER BY symbol") { chunk in
      for row in 0..<chunk.count { found.append(chunk.text(0, row)) }
    }
    return found
  }

  /// Lends all rows batch by batch in the order in which they were appended; memory holds one batch.
  public func forEachBatch(rows: Int = 131_072, _ body: (TickBatch) throws -> Void) throws {
    try connection.forEachBatch("SELECT \(tickSelectList) FROM ticks", rows: rows, body)
  }

  /// Rows and time span of every symbol, in the order of the names.
  public func statistics() throws -> [SymbolStatistics] {
    var found: [SymbolStatistics] = []
    let none = Int64.min
    try connection.stream(
      """
      SELECT symbol, count(*), count(price), coalesce(min(ts_ns), \(none)), coalesce(max(ts_ns), \(none))
      FROM ticks GROUP BY symbol ORDER BY symbol
      """
    ) { chunk in
      for row in 0..<chunk.count {
        let first = chunk.integers(3)[row]
        let last = chunk.integers(4)[row]
        found.append(
          SymbolStatistics(
            symbol: chunk.text(0, row), rows: Int(chunk.integers(1)[row]), trades: Int(chunk.integers(2)[row]),
            firstTime: first == none ? nil : first, lastTime: last == none ? nil : last))
      }
    }
    return found
  }

  /// Writes all rows as Parquet files `symbol=S/date=D/*.parquet` (date in UTC; `unknown` without a time) in a folder.
  ///
  /// Rows keep their order within a file. An earlier export in the folder is removed first.
  /// - Throws: ``StorageError``: `invalidOption` if the folder holds anything but an earlier export, `database` if it
  ///   cannot be written.
  public func exportParquet(to folder: String) throws(StorageError) {
    // Entries of a folder that does not exist yet are none.
    let entries = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    if let other = entries.first(where: { !$0.hasPrefix("symbol=") }) {
      throw StorageError(.invalidOption, "the folder '\(folder)' holds '\(other)', which is no export; choose another")
    }
    // On several threads DuckDB mixes the blocks of a partition.
    try connection.execute("SET threads = 1")
    defer { _ = try? connection.execute("RESET threads") }  // Only speed depends on it.
    try connection.execute(
      """
      COPY (SELECT *, coalesce(strftime(make_timestamp(ts_ns // 1000), '%Y-%m-%d'), 'unknown') AS date FROM ticks)
      TO \(sqlLiteral(folder)) (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (symbol, date), OVERWRITE)
      """)
  }

  /// Writes all rows to one file: Parquet or CSV by its ending (`.parquet`, `.csv`, `.csv.gz`).
  public func exportFile(_ path: String) throws(StorageError) {
    try connection.copy("SELECT * FROM ticks", to: path)
  }

  func write(_ batch: TickBatch, to appender: DuckDBAppender) throws(StorageError) {
    let names = batch.symbols.map { Array($0.utf8) }
    let columns = batch.columns
    var start = 0
    while start < batch.count {
      let rows = start..<min(start + appender.chunkRows, batch.count)
      try appender.append(rows: rows.count) { chunk in
        batch.symbolIndices.withUnsafeBufferPointer {
          chunk.write(texts: names, indices: UnsafeBufferPointer(rebasing: $0[rows]), column: 0)
        }
        columns.times.withUnsafeBufferPointer {
          chunk.write(integers: UnsafeBufferPointer(rebasing: $0[rows]), missing: Tick.noTime, column: 1)
        }
        let doubles = [
          columns.prices, columns.sizes, columns.bids, columns.asks, columns.bidSizes, columns.askSizes,
        ]
        for (index, column) in doubles.enumerated() {
          column.withUnsafeBufferPointer {
            chunk.write(doubles: UnsafeBufferPointer(rebasing: $0[rows]), column: index + 2)
          }
        }
        columns.sides.withUnsafeBufferPointer {
          chunk.write(bytes: UnsafeBufferPointer(rebasing: $0[rows]), column: 8)
        }
        columns.cancelled.withUnsafeBufferPointer {
          $0.withMemoryRebound(to: Int8.self) {
            chunk.write(bytes: UnsafeBufferPointer(rebasing: $0[rows]), column: 9)
          }
        }
      }
      start = rows.upperBound
    }
  }
}

extension DuckDBConnection {
  /// Runs a query with the columns of ``TickRowReader`` and lends its rows as batches of about `rows` rows.
  func forEachBatch(_ sql: String, rows: Int, _ body: (TickBatch) throws -> Void) throws {
    var reader = TickRowReader()
    try stream(sql) { chunk in
      reader.read(chunk)
      if reader.count >= rows { try body(reader.takeBatch()) }
    }
    if reader.count > 0 { try body(reader.takeBatch()) }
  }

  /// Writes a query's rows to a file whose ending says the format; the file appears only when it is complete.
  func copy(_ query: String, to path: String) throws(StorageError) {
    let format: String
    if path.hasSuffix(".parquet") {
      format = "FORMAT parquet, COMPRESSION snappy"
    } else if path.hasSuffix(".csv") {
      format = "FORMAT csv, HEADER"
    } else if path.hasSuffix(".csv.gz") {
      format = "FORMAT csv, HEADER, COMPRESSION gzip"
    } else {
      throw StorageError(.invalidOption, "'\(path)' ends in none of .parquet, .csv and .csv.gz")
    }
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    guard FileManager.default.isWritableFile(atPath: folder.isEmpty ? "." : folder) else {
      throw StorageError(.cannotOpen, "'\(path)' cannot be written: its folder does not exist or is not writable")
    }
    let unfinished = path + ".unfinished-\(UUID().uuidString.prefix(8))"
    do {
      try execute("COPY (\(query)) TO \(sqlLiteral(unfinished)) (\(format))")
    } catch {
      unlink(unfinished)
      throw error
    }
    guard rename(unfinished, path) == 0 else {
      defer { unlink(unfinished) }
      throw StorageError(.cannotOpen, "'\(path)' cannot be written: \(String(cString: strerror(errno)))")
    }
  }
}
