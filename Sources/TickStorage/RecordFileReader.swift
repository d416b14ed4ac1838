import Foundation

/// Reads the Parquet files that ``RecordFileWriter`` writes.
public struct RecordFileReader: Sendable {
  /// The columns.
  public let columns: [RecordFileWriter.Column]
  /// The records, in the order of the file; a text that is NULL is empty, a number that is NULL is NaN.
  public let rows: [[RecordFileWriter.Value]]

  /// Reads a file.
  ///
  /// Texts, `BIGINT` and `DOUBLE` are read as they are, other whole numbers and numbers as these.
  /// - Throws: ``StorageError``: `badFile` if the file cannot be read or has a column of another type; `unavailable` without
  ///   DuckDB.
  /// - Complexity: O(rows · columns), all in memory.
  public init(path: String) throws {
    let connection = try DuckDBConnection(path: nil, threads: 1)
    let source = "read_parquet(\(sqlLiteral(path)))"
    var columns: [RecordFileWriter.Column] = []
    var rows: [[RecordFileWriter.Value]] = []
    do {
      var types: [(name: String, type: String)] = []
      try connection.stream("SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM \(source))") { chunk in
        for row in 0..<chunk.count { types.append((chunk.text(0, row), chunk.text(1, row))) }
      }
      columns = try types.map { name, type in
        switch type {
        case "VARCHAR": .text(name)
        case "BIGINT", "INTEGER", "SMALLINT", "TINYINT", "UINTEGER", "USMALLINT", "UTINYINT": .integer(name)
        case "DOUBLE", "FLOAT": .double(name)
        default: throw StorageError(.badFile, "column '\(name)' of '\(path)' is \(type); texts and numbers are allowed")
        }
      }
      let list = columns.map { column in
        let name = sqlIdentifier(column.name)
        return switch column {
        case .text: "coalesce(\(name), '')"
        case .integer: "coalesce(\(name)::BIGINT, \(Int64.min + 1)), (\(name) IS NULL)::TINYINT"
        case .double: "coalesce(\(name)::DOUBLE, 'nan'::DOUBLE)"
        }
      }.joined(separator: ", ")
      try connection.stream("SELECT \(list) FROM \(source)") { chunk in
        for row in 0..<chunk.count {
          var place = 0
          rows.append(
            columns.map { column in
              defer { place += 1 }
              switch column {
              case .text: return .text(chunk.text(place, row))
              case .integer:
                let value = chunk.integers(place)[row]
                place += 1
                return .integer(chunk.bytes(place)[row] == 0 ? value : nil)
              case .double: return .double(chunk.doubles(place)[row])
              }
            })
        }
      }
    } catch let error as StorageError where error.code == .database {
      throw StorageError(.badFile, "'\(path)' cannot be read: \(error.message)")
    }
    self.columns = columns
    self.rows = rows
  }
}
