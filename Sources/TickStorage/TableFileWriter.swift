internal import CDuckDB
import Foundation
import TickData

/// Writes tables of numbers with a symbol and a time a row to a Parquet or CSV file, chunk by chunk.
///
/// Every 122,880 rows (a row group) are laid down in a scratch file beside the output, and ``finish()`` joins these into
/// the file, so memory does not grow with it. Columns come in as buffers, so this knows nothing of what they mean.
public final class TableFileWriter {
  private let connection: DuckDBConnection
  private let types: [DuckDBAppender.ColumnType]
  private var appender: DuckDBAppender
  private let path: String
  private let scratch: String
  private let columnCount: Int
  private var waitingRows = 0
  private var parts: [String] = []

  private static let rowsPerPart = 122_880

  /// Starts a file.
  ///
  /// - Parameters:
  ///   - path: A new or existing `.parquet`, `.csv` or `.csv.gz` file; replaced at the end.
  ///   - columns: Names of the number columns that follow `symbol` and `ts_ns`.
  /// - Throws: ``StorageError`` if the file's folder cannot be written or a name is repeated.
  public init(path: String, columns: [String]) throws(StorageError) {
    guard [".parquet", ".csv", ".csv.gz"].contains(where: { path.hasSuffix($0) }) else {
      throw StorageError(.invalidOption, "'\(path)' ends in none of .parquet, .csv and .csv.gz")
    }
    self.path = path
    scratch = path + ".scratch-\(ProcessInfo.processInfo.processIdentifier)"
    columnCount = columns.count
    types = [.text, .integer] + columns.map { _ in .double }
    connection = try DuckDBConnection(path: nil, memoryLimit: "400MB")
    let definitions = ["symbol VARCHAR", "ts_ns BIGINT"] + columns.map { "\(sqlIdentifier($0)) DOUBLE" }
    try connection.execute("CREATE TABLE waiting (\(definitions.joined(separator: ", ")))")
    appender = try DuckDBAppender(connection, table: "waiting", types: types)
    guard FileManager.default.isWritableFile(atPath: Self.folder(of: path)) else {
      throw StorageError(.cannotOpen, "'\(path)' cannot be written: its folder does not exist or is not writable")
    }
  }

  deinit {
    for part in parts { unlink(part) }
  }

  /// Adds rows.
  ///
  /// - Parameters:
  ///   - symbols: The symbols that `symbolIndices` refers to.
  ///   - symbolIndices: One a row.
  ///   - times: One a row; ``Tick/noTime`` becomes NULL.
  ///   - columns: One buffer a column with one value a row; NaN becomes NULL.
  public func append(
    symbols: [String], symbolIndices: [Int32], times: [Int64], columns: [UnsafeBufferPointer<Double>]
  ) throws(StorageError) {
    precondition(columns.count == columnCount && columns.allSatisfy { $0.count == times.count }, "unequal columns")
    let names = symbols.map { Array($0.utf8) }
    var start = 0
    while start < times.count {
      let rows = start..<min(start + appender.chunkRows, times.count)
      try appender.append(rows: rows.count) { chunk in
        symbolIndices.withUnsafeBufferPointer {
          chunk.write(texts: names, indices: UnsafeBufferPointer(rebasing: $0[rows]), column: 0)
        }
        times.withUnsafeBufferPointer {
          chunk.write(integers: UnsafeBufferPointer(rebasing: $0[rows]), missing: Tick.noTime, column: 1)
        }
        for (index, column) in columns.enumerated() {
          chunk.write(doubles: UnsafeBufferPointer(rebasing: column[rows]), column: index + 2)
        }
      }
      start = rows.upperBound
      waitingRows += rows.count
      if waitingRows >= Self.rowsPerPart { try layDownPart() }
    }
  }

  /// Writes the file; without this call there is none.
  public func finish() throws(StorageError) {
    try appender.finish()
    guard !parts.isEmpty else { return try connection.copy("SELECT * FROM waiting", to: path) }
    if waitingRows > 0 { try layDownPart() }
    let list = parts.map(sqlLiteral).joined(separator: ", ")
    try connection.copy("SELECT * FROM read_parquet([\(list)])", to: path)
  }

  /// Moves the waiting rows to a scratch file: plain, for it is read once and soon.
  private func layDownPart() throws(StorageError) {
    try appender.finish()
    let part = "\(scratch)-\(parts.count).parquet"
    parts.append(part)
    try connection.execute(
      "COPY waiting TO \(sqlLiteral(part)) (FORMAT parquet, COMPRESSION uncompressed, DICTIONARY_SIZE_LIMIT 1)")
    try connection.execute("DELETE FROM waiting")
    appender = try DuckDBAppender(connection, table: "waiting", types: types)
    waitingRows = 0
  }

  private static func folder(of path: String) -> String {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    return folder.isEmpty ? "." : folder
  }
}
