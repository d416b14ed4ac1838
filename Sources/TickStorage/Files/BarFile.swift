import Foundation
import TickData

/// A file of bars: CSV (also .gz; cut by `,`, `;`, tab or `|`) or Parquet with columns open, high, low, close and, if it has one,
/// volume, found as ``BarMapping`` says.
///
/// Rows are taken in the order of the file, which must be oldest first within each symbol. An empty field, and one of `NA`,
/// `N/A`, `NaN`, `null`, `None` and `-`, is missing and becomes NaN.
///
/// Times are taken from the first of the columns `ts_ns`, `timestamp`, `datetime`, `date` with `time`, `open_time`, `time`, `date`, or
/// a first column of dates without a name, as pandas writes its index. Dates and times are ISO 8601 (`2024-01-02`,
/// `2024/01/02 09:30`, `2024.01.02`, `2024-01-02T09:30:00+05:30`) or digits, `YYYYMMDD[hhmm[ss]]`; other whole numbers are seconds, milliseconds,
/// microseconds or nanoseconds since 1970 by the size of the largest (below 1e11, 1e14, 1e17), but for `ts_ns`, which is in nanoseconds.
/// They are kept as they stand: whether a bar is stamped at its open or its close is the file's affair.
public struct BarFile: Sendable {
  /// The order in which rows are given.
  public enum Order: Sendable, Hashable {
    /// That of the file; a row older than the one above it of its symbol is an error.
    case file
    /// By time; rows of one time keep the order of the file.
    case time
  }

  /// Symbols in order of appearance; one empty name where the file has none.
  public let symbols: [String]
  /// One a row.
  public let symbolIndices: [Int32]
  /// Nanoseconds since 1970 UTC, one a row; ``Tick/noTime`` in all rows where the file has no column of times.
  public let times: [Int64]
  /// Open, high, low, close and volume; a file without volumes has NaN there.
  public let columns: [[Double]]
  /// Whether the file has a column of volumes.
  public let hasVolume: Bool

  /// Number of bars.
  public var count: Int { times.count }

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - mapping: Which columns hold what.
  ///   - order: The order in which rows are given.
  /// - Throws: ``StorageError``: `cannotOpen` if there is no such file; `badFile` if it cannot be read, has no rows, lacks a column, has
  ///   two for one field, a field is no finite number or no time (the row is named, the first below the names being 1), or
  ///   a row is older than the one above it.
  /// - Complexity: O(rows), with `time` O(rows log rows); 52 bytes a row.
  public init(path: String, mapping: BarMapping = BarMapping(), order: Order = .file) throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw StorageError(.cannotOpen, "there is no file '\(path)'")
    }
    guard !isFolder.boolValue else {
      throw StorageError(.cannotOpen, "'\(path)' is a folder; one file of bars is needed")
    }
    let connection = try DuckDBConnection(path: nil)
    do {
      let query = try BarFileQuery(path: path, mapping: mapping, order: order, connection: connection)
      var reader = BarRows(path: path)
      try connection.stream(query.sql) { try reader.take($0) }
      guard !reader.times.isEmpty else { throw StorageError(.badFile, "'\(path)' has no rows") }
      symbols = reader.symbols
      symbolIndices = reader.symbolIndices
      times = reader.times
      columns = reader.columns
      hasVolume = query.hasVolume
    } catch let error as StorageError where error.code == .database {
      throw StorageError(.badFile, "'\(path)' cannot be read: \(Self.told(error.message))")
    }
  }

  /// What DuckDB says, without its advice for its own users.
  private static func told(_ message: String) -> String {
    let kinds = ["Invalid Input Error: ", "IO Error: ", "Conversion Error: "]
    let text = kinds.first { message.hasPrefix($0) }.map { String(message.dropFirst($0.count)) } ?? message
    let end = text.range(of: "\nPossible ")?.lowerBound ?? text.endIndex
    return text[..<end].split(separator: "\n").joined(separator: "; ")
  }
}

/// Rows as they are read: text columns become symbols, and the order of time is checked.
private struct BarRows {
  let path: String
  private(set) var symbols: [String] = []
  private(set) var symbolIndices: [Int32] = []
  private(set) var times: [Int64] = []
  private(set) var columns = [[Double]](repeating: [], count: 5)
  private var places: [String: Int32] = [:]
  private var latest: [Int64] = []

  init(path: String) { self.path = path }

  mutating func take(_ chunk: ResultChunk) throws(StorageError) {
    let stamps = chunk.integers(1)
    for row in 0..<chunk.count {
      let name = chunk.text(0, row)
      let place: Int32
      if let known = places[name] {
        place = known
      } else {
        place = Int32(symbols.count)
        places[name] = place
        symbols.append(name)
        latest.append(Tick.noTime)
      }
      guard stamps[row] >= latest[Int(place)] else {
        throw StorageError(
          .badFile,
          "row \(symbolIndices.count + 1) of '\(path)'\(name.isEmpty ? "" : " ('\(name)')") is older than the one above it; "
            + "rows must stand oldest first, or be sorted by time")
      }
      latest[Int(place)] = stamps[row]
      symbolIndices.append(place)
    }
    times.append(contentsOf: stamps)
    for index in columns.indices { columns[index].append(contentsOf: chunk.doubles(index + 2)) }
  }
}
