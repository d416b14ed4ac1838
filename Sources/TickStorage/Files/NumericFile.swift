import Foundation

/// A file of numeric columns: CSV, TSV, other delimited text (all also as .gz), or Parquet.
///
/// What delimits a text, and whether its first line names the columns, is found out from the text. Empty fields, `NA`,
/// `nan` and the like are missing and become NaN.
public struct NumericFile {
  /// Names of the columns, made up where the file has none: `column0`, `column1` and so on.
  public let names: [String]
  /// Values, one array a column.
  public let columns: [[Double]]

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: The file; `.parquet` is Parquet, anything else is text.
  ///   - hasHeader: Whether the first line of a text names the columns; nil to find out.
  /// - Throws: ``StorageError``: `badFile` if the file cannot be read or a column is not numeric.
  /// - Complexity: O(rows · columns); eight bytes a value.
  public init(path: String, hasHeader: Bool? = nil) throws {
    let connection = try DuckDBConnection(path: nil)
    let isParquet = path.hasSuffix(".parquet")
    let header = hasHeader.map { ", header = \($0)" } ?? ""
    let source =
      isParquet
      ? "read_parquet(\(sqlLiteral(path)))"
      : "read_csv(\(sqlLiteral(path)), nullstr = ['', 'NA', 'N/A', 'na', 'nan', 'NaN', 'null', 'NULL', '?']\(header))"
    do {
      var names: [String] = []
      var types: [String] = []
      try connection.stream("SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM \(source))") { chunk in
        for row in 0..<chunk.count {
          names.append(chunk.text(0, row))
          types.append(chunk.text(1, row))
        }
      }
      for (name, type) in zip(names, types) where !Self.isNumeric(type) {
        try Self.checkEmpty(name, type, isOnly: names.count == 1, source, path, connection)
      }
      // What is not numeric here is missing in every row.
      let list = zip(names, types).map { name, type in
        Self.isNumeric(type) ? "coalesce(\(sqlIdentifier(name))::DOUBLE, 'nan'::DOUBLE)" : "'nan'::DOUBLE"
      }.joined(separator: ", ")
      var columns = names.map { _ in [Double]() }
      try connection.stream("SELECT \(list) FROM \(source)") { chunk in
        for index in columns.indices { columns[index].append(contentsOf: chunk.doubles(index)) }
      }
      self.names = names
      self.columns = columns
    } catch let error as StorageError where error.code == .database {
      throw StorageError(.badFile, "'\(path)' cannot be read: \(error.message)")
    }
  }

  /// Throws unless a column without numbers is missing in all rows, of which there is at least one.
  private static func checkEmpty(
    _ name: String, _ type: String, isOnly: Bool, _ source: String, _ path: String, _ connection: DuckDBConnection
  ) throws {
    let column = sqlIdentifier(name)
    var found = (rows: 0.0, values: 0.0, example: "")
    try connection.stream(
      "SELECT count(*)::DOUBLE, count(\(column))::DOUBLE, coalesce(left(first(\(column)::VARCHAR) "
        + "FILTER (TRY_CAST(\(column)::VARCHAR AS DOUBLE) IS NULL AND \(column) IS NOT NULL), 40), '') FROM \(source)"
    ) { chunk in
      for row in 0..<chunk.count {
        found = (chunk.doubles(0)[row], chunk.doubles(1)[row], chunk.text(2, row))
      }
    }
    if found.rows == 0 { throw StorageError(.badFile, "'\(path)' has no rows") }
    if found.values == 0 { return }
    let hint = isOnly && name.contains(",") ? "; lines of different lengths are read as one column of text" : ""
    throw StorageError(
      .badFile,
      "column '\(name)' of '\(path)' holds \(type.lowercased()) such as '\(found.example)'; numbers and truth values are "
        + "needed\(hint)")
  }

  /// The size of a Parquet file, by what stands at its end: none of its values is read.
  ///
  /// - Throws: ``StorageError`` with code `badFile` if the file cannot be read.
  package static func shape(ofParquet path: String) throws -> (rows: Int, columns: Int) {
    let connection = try DuckDBConnection(path: nil, threads: 1)
    var shape = (rows: 0, columns: 0)
    do {
      let source = "read_parquet(\(sqlLiteral(path)))"
      try connection.stream("SELECT count(*)::BIGINT FROM \(source)") { shape.rows = Int($0.integers(0)[0]) }
      try connection.stream("SELECT count(*)::BIGINT FROM (DESCRIBE SELECT * FROM \(source))") {
        shape.columns = Int($0.integers(0)[0])
      }
    } catch let error as StorageError where error.code == .database {
      throw StorageError(.badFile, "'\(path)' cannot be read: \(error.message)")
    }
    return shape
  }

  private static func isNumeric(_ type: String) -> Bool {
    let known = [
      "BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT",
      "FLOAT", "DOUBLE",
    ]
    return known.contains(type) || type.hasPrefix("DECIMAL")
  }

  /// Calls `body` with the lines of a text file one after another; a .gz file is unpacked on the way.
  ///
  /// - Throws: ``StorageError`` with code `badFile` if the file cannot be read; and what `body` throws.
  public static func forEachLine(of path: String, _ body: (String) throws -> Void) throws {
    let connection = try DuckDBConnection(path: nil, threads: 1)
    do {
      // No line has the delimiter of this query, so that a line is one field.
      let source =
        "read_csv(\(sqlLiteral(path)), delim = '\u{1}', quote = '', escape = '', header = false, auto_detect = false, "
        + "columns = {'line': 'VARCHAR'})"
      try connection.stream("SELECT coalesce(line, '') FROM \(source)") { chunk in
        for row in 0..<chunk.count { try body(chunk.text(0, row)) }
      }
    } catch let error as StorageError where error.code == .database {
      throw StorageError(.badFile, "'\(path)' cannot be read: \(error.message)")
    }
  }
}
