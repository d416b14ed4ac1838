import Foundation
public import TickData

/// Reads a file of ticks, whatever its layout, through DuckDB.
public struct TickFile: Sendable {
  /// The file, or a folder of Parquet files as ``TickStore/exportParquet(to:)`` writes it.
  public let path: String
  /// Its layout.
  public let format: TickFileFormat
  /// The names of its columns, for the standard format.
  public let mapping: ColumnMapping

  /// Names a file.
  ///
  /// - Parameters:
  ///   - path: A file or folder that exists.
  ///   - format: Its layout; nil to go by its name.
  ///   - mapping: Column names and time unit for the standard format.
  /// - Throws: ``StorageError`` with code `cannotOpen` if there is no such file.
  public init(_ path: String, format: TickFileFormat? = nil, mapping: ColumnMapping = .init()) throws(StorageError) {
    guard FileManager.default.fileExists(atPath: path) else {
      throw StorageError(.cannotOpen, "there is no file '\(path)'")
    }
    self.path = path
    self.format = format ?? .guess(path)
    self.mapping = mapping
  }

  /// Lends the rows batch by batch in file order; memory holds one batch.
  ///
  /// - Parameters:
  ///   - rows: Rows a batch, at least 1; up to 2,047 more, for they come in vectors, and fewer in the last one.
  ///   - threads: Threads that read, at least 1; more than 1 read ahead while `body` runs. Default: all processors.
  ///   - body: Takes a batch.
  /// - Throws: ``StorageError`` if the file is not what its format says, or what `body` throws.
  public func forEachBatch(rows: Int = 131_072, threads: Int? = nil, _ body: (TickBatch) throws -> Void) throws {
    guard rows >= 1, threads ?? 1 >= 1 else {
      throw StorageError(
        .invalidOption,
        "batches of \(rows) rows by \(threads ?? 1) threads were asked for; at least 1 of each is needed")
    }
    let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("tickboost-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: scratch) }  // Only the scratch folder, which may not exist.
    let connection = try DuckDBConnection(path: nil, threads: threads, memoryLimit: "2GB")
    let source = try TickFileQuery(file: self, connection: connection, scratch: scratch)
    var isEmpty = true
    for query in source.queries {
      do {
        try connection.forEachBatch(query, rows: rows) { batch in
          isEmpty = false
          try body(batch)
        }
      } catch let error as StorageError where error.code == .database {
        throw StorageError(.badFile, "'\(path)' cannot be read: \(error.message)")
      }
    }
    if isEmpty, format != .standard {
      throw StorageError(.badFile, "'\(path)' holds no tick in the layout '\(format.rawValue)'")
    }
  }

  /// Whether any row carries a bid, an ask or one of their sizes.
  public func hasQuotes() throws -> Bool {
    let connection = try DuckDBConnection(path: nil, memoryLimit: "2GB")
    let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("tickboost-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: scratch) }  // Only the scratch folder, which may not exist.
    let source = try TickFileQuery(file: self, connection: connection, scratch: scratch)
    for query in source.queries {
      var found = false
      try connection.stream(
        "SELECT 1::BIGINT FROM (\(query)) t(s, n, p, v, b, a, bs, az, d, c) WHERE NOT isnan(b) OR NOT isnan(a) "
          + "OR NOT isnan(bs) OR NOT isnan(az) LIMIT 1"
      ) { _ in found = true }
      if found { return true }
    }
    return false
  }

  /// All rows as a table.
  public func table() throws -> TickTable {
    var table = TickTable()
    try forEachBatch { table.append($0) }
    return table
  }

  /// Writes ticks to one file: Parquet or CSV by its ending (`.parquet`, `.csv`, `.csv.gz`).
  public static func write(_ batch: TickBatch, to path: String) throws(StorageError) {
    let store = try TickStore(path: nil)
    try store.append(batch)
    try store.exportFile(path)
  }
}
