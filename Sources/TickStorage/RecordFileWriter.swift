internal import CDuckDB
import Foundation

/// Writes records of texts, whole numbers and numbers to Parquet files, each a number of rows that were collected in memory.
///
/// One thread uses it at a time. A file appears whole, under its name, or not at all.
public final class RecordFileWriter {
  /// A column's name and type.
  public enum Column: Sendable, Hashable {
    /// Text.
    case text(String)
    /// Whole numbers.
    case integer(String)
    /// Numbers; NaN becomes NULL.
    case double(String)

    var name: String {
      switch self {
      case .text(let name), .integer(let name), .double(let name): name
      }
    }

    var type: DuckDBAppender.ColumnType {
      switch self {
      case .text: .text
      case .integer: .integer
      case .double: .double
      }
    }

    var sqlType: String {
      switch self {
      case .text: "VARCHAR"
      case .integer: "BIGINT"
      case .double: "DOUBLE"
      }
    }
  }

  /// A record's field.
  public enum Value: Sendable, Hashable {
    /// For a text column.
    case text(String)
    /// For a column of whole numbers; nil for NULL.
    case integer(Int64?)
    /// For a column of numbers.
    case double(Double)
  }

  private let columns: [Column]
  private let connection: DuckDBConnection
  /// Rows that wait for the next file.
  public private(set) var rowCount = 0

  /// Makes a writer without rows.
  ///
  /// - Throws: ``StorageError``: `unavailable` without DuckDB, `invalidOption` for no column or a name that is repeated.
  public init(columns: [Column]) throws(StorageError) {
    guard !columns.isEmpty, Set(columns.map { $0.name.lowercased() }).count == columns.count else {
      throw StorageError(.invalidOption, "the columns \(columns.map(\.name)) are none, or one is repeated")
    }
    self.columns = columns
    connection = try DuckDBConnection(path: nil, threads: 1)
    try connection.execute(
      "CREATE TABLE records (\(columns.map { "\(sqlIdentifier($0.name)) \($0.sqlType)" }.joined(separator: ", ")))")
  }

  /// Adds rows, each with a value a column.
  ///
  /// - Throws: ``StorageError`` with code `database`.
  public func append(_ rows: [[Value]]) throws(StorageError) {
    guard !rows.isEmpty else { return }
    precondition(rows.allSatisfy { $0.count == columns.count }, "a record has another number of fields")
    let appender = try DuckDBAppender(connection, table: "records", types: columns.map(\.type))
    var start = 0
    while start < rows.count {
      let part = rows[start..<min(start + appender.chunkRows, rows.count)]
      try appender.append(rows: part.count) { chunk in
        for (index, column) in columns.enumerated() { Self.write(part, index, column, to: chunk) }
      }
      start += part.count
    }
    try appender.finish()
    rowCount += rows.count
  }

  private static func write(_ rows: ArraySlice<[Value]>, _ index: Int, _ column: Column, to chunk: ChunkWriter) {
    switch column {
    case .text:
      let texts = rows.map { row in if case .text(let text) = row[index] { Array(text.utf8) } else { [UInt8]() } }
      (0..<Int32(texts.count)).map { $0 }.withUnsafeBufferPointer {
        chunk.write(texts: texts, indices: $0, column: index)
      }
    case .integer:
      rows.map { row -> Int64 in if case .integer(let value?) = row[index] { value } else { .min } }
        .withUnsafeBufferPointer { chunk.write(integers: $0, missing: .min, column: index) }
    case .double:
      rows.map { row -> Double in if case .double(let value) = row[index] { value } else { .nan } }
        .withUnsafeBufferPointer { chunk.write(doubles: $0, column: index) }
    }
  }

  /// Writes the rows to a Parquet file and forgets them.
  ///
  /// - Throws: ``StorageError`` with code `database`; then the rows are still there, and there is no file.
  public func write(to path: String) throws(StorageError) {
    try connection.copy("SELECT * FROM records", to: path)
    try connection.execute("DELETE FROM records")
    rowCount = 0
  }
}
