import Foundation
public import TickData

/// Writes the rows that cleaning dropped, each with its reason.
public enum RejectsFile {
  /// Writes rows to a `.csv`, `.csv.gz` or `.parquet` file with the tick columns, `row` and `reason`.
  ///
  /// - Throws: ``StorageError`` if the file cannot be written.
  public static func write(_ rejects: [CleaningReport.Reject], to path: String) throws {
    let connection = try DuckDBConnection(path: nil)
    try connection.execute(
      """
      CREATE TABLE rejects (symbol VARCHAR, ts_ns BIGINT, "row" BIGINT, reason VARCHAR, price DOUBLE, size DOUBLE,
        bid DOUBLE, ask DOUBLE, bid_size DOUBLE, ask_size DOUBLE)
      """)
    let appender = try DuckDBAppender(
      connection, table: "rejects",
      types: [.text, .integer, .integer, .text, .double, .double, .double, .double, .double, .double])
    var start = 0
    while start < rejects.count {
      let part = Array(rejects[start..<min(start + appender.chunkRows, rejects.count)])
      try appender.append(rows: part.count) { chunk in
        let order = (0..<Int32(part.count)).map { $0 }
        order.withUnsafeBufferPointer { order in
          chunk.write(texts: part.map { Array($0.tick.symbol.utf8) }, indices: order, column: 0)
          chunk.write(texts: part.map { Array($0.rule.rawValue.utf8) }, indices: order, column: 3)
        }
        part.map(\.tick.time).withUnsafeBufferPointer {
          chunk.write(integers: $0, missing: Tick.noTime, column: 1)
        }
        part.map { Int64($0.row) }.withUnsafeBufferPointer { chunk.write(integers: $0, missing: -1, column: 2) }
        let fields: [(Tick) -> Double] = [\.price, \.size, \.bid, \.ask, \.bidSize, \.askSize]
        for (index, field) in fields.enumerated() {
          part.map { field($0.tick) }.withUnsafeBufferPointer { chunk.write(doubles: $0, column: index + 4) }
        }
      }
      start += part.count
    }
    try appender.finish()
    try connection.copy("SELECT * FROM rejects", to: path)
  }
}
