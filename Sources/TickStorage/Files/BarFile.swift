import Foundation
import TickData

/// A file of bars: CSV (also .gz), TSV or Parquet with columns open, high, low, close and, if it has one, volume.
///
/// Columns are found by name in capitals or not; `o`, `h`, `l`, `c`, `v` and `vol` will do. Rows are taken in the order of
/// the file, oldest first within each symbol. A column `symbol` or `ticker`, and one of times (`ts_ns`, `timestamp`, `time`,
/// `date` or `datetime`), are kept. Empty fields are missing and become NaN.
public struct BarFile: Sendable {
  /// Symbols in order of appearance; one empty name where the file has none.
  public let symbols: [String]
  /// One a row.
  public let symbolIndices: [Int32]
  /// Nanoseconds since 1970 UTC, one a row; ``Tick/noTime`` where there is none.
  public let times: [Int64]
  /// Open, high, low, close and volume; a file without volumes has NaN there.
  public let columns: [[Double]]

  /// Number of bars.
  public var count: Int { times.count }

  private static let names: [(field: String, aliases: [String])] = [
    ("open", ["open", "o"]), ("high", ["high", "h"]), ("low", ["low", "l"]),
    ("close", ["close", "c", "adj close", "adj_close"]), ("volume", ["volume", "v", "vol"]),
  ]

  /// Reads a file.
  ///
  /// - Throws: ``StorageError`` with code `badFile` if it cannot be read, a price column is missing, or a field is no
  ///   number.
  /// - Complexity: O(rows); 52 bytes a row.
  public init(path: String) throws {
    guard FileManager.default.fileExists(atPath: path) else {
      throw StorageError(.cannotOpen, "there is no file '\(path)'")
    }
    let connection = try DuckDBConnection(path: nil)
    let source = path.hasSuffix(".parquet") ? "read_parquet(\(sqlLiteral(path)))" : "read_csv(\(sqlLiteral(path)))"
    do {
      let described = try Self.describe(source, connection)
      let fields = try Self.names.map { entry in
        try Self.expression(entry.field, entry.aliases, described, path)
      }
      let symbol = described.first { ["symbol", "ticker"].contains($0.name.lowercased()) }.map {
        sqlIdentifier($0.name)
      }
      let time = Self.timeExpression(described)
      var symbols: [String] = []
      var places: [String: Int32] = [:]
      var indices: [Int32] = []
      var times: [Int64] = []
      var columns = Self.names.map { _ in [Double]() }
      try connection.stream(
        "SELECT coalesce(\(symbol ?? "''")::VARCHAR, ''), \(time), \(fields.joined(separator: ", ")) FROM \(source)"
      ) { chunk in
        times.append(contentsOf: chunk.integers(1))
        for row in 0..<chunk.count {
          let name = chunk.text(0, row)
          let place = places[name] ?? Int32(symbols.count)
          if places[name] == nil { symbols.append(name) }
          places[name] = place
          indices.append(place)
        }
        for index in columns.indices { columns[index].append(contentsOf: chunk.doubles(index + 2)) }
      }
      guard !times.isEmpty else { throw StorageError(.badFile, "'\(path)' has no rows") }
      self.symbols = symbols
      symbolIndices = indices
      self.times = times
      self.columns = columns
    } catch let error as StorageError where error.code == .database {
      throw StorageError(.badFile, "'\(path)' cannot be read: \(error.message)")
    }
  }

  private static func describe(
    _ source: String, _ connection: DuckDBConnection
  ) throws -> [(name: String, type: String)] {
    var found: [(name: String, type: String)] = []
    try connection.stream("SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM \(source))") { chunk in
      for row in 0..<chunk.count { found.append((chunk.text(0, row), chunk.text(1, row))) }
    }
    return found
  }

  private static func expression(
    _ field: String, _ aliases: [String], _ described: [(name: String, type: String)], _ path: String
  ) throws(StorageError) -> String {
    let column = aliases.lazy.compactMap { alias in described.first { $0.name.lowercased() == alias } }.first
    guard let column else {
      if field == "volume" { return "'nan'::DOUBLE" }
      throw StorageError(
        .badFile,
        "'\(path)' has no column '\(field)'; its columns are \(described.map(\.name).joined(separator: ", "))")
    }
    return "coalesce(\(sqlIdentifier(column.name))::DOUBLE, 'nan'::DOUBLE)"
  }

  private static func timeExpression(_ described: [(name: String, type: String)]) -> String {
    let wanted = ["ts_ns", "timestamp", "time", "datetime", "date"]
    let column = wanted.lazy.compactMap { name in described.first { $0.name.lowercased() == name } }.first
    // As text, for the number without its sign would not fit.
    let missing = "'\(Tick.noTime)'::BIGINT"
    guard let column else { return missing }
    let name = sqlIdentifier(column.name)
    if column.name.lowercased() == "ts_ns" { return "coalesce(\(name)::BIGINT, \(missing))" }
    guard column.type.hasPrefix("DATE") || column.type.hasPrefix("TIMESTAMP") || column.type == "VARCHAR" else {
      return missing
    }
    return "coalesce(epoch_ns(try_cast(\(name) AS TIMESTAMP)), \(missing))"
  }
}
