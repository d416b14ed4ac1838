internal import CDuckDB
import Foundation
import TickData

/// Writes tables of numbers with a symbol and a time a row to a Parquet or CSV file, chunk by chunk.
///
/// Rows go through a bounded queue to a thread on which DuckDB writes the file, so memory does not grow with the file.
/// The file appears, whole, when ``finish()`` returns; without it there is none.
public final class TableFileWriter {
  private let queue: RowPageQueue
  private let pageRows: Int
  private let columnCount: Int

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
    guard Set(columns + ["symbol", "ts_ns"]).count == columns.count + 2 else {
      throw StorageError(.invalidOption, "a column name is repeated, or is symbol or ts_ns")
    }
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    guard FileManager.default.isWritableFile(atPath: folder.isEmpty ? "." : folder) else {
      throw StorageError(.cannotOpen, "'\(path)' cannot be written: its folder does not exist or is not writable")
    }
    columnCount = columns.count
    // One thread: with more, DuckDB's first one spins for work while the other waits for rows.
    let connection = try DuckDBConnection(path: nil, threads: 1)
    pageRows = Int(connection.library.call.vector_size())
    // Short: computing and compressing at once would only share the processors, and blur what each takes.
    let queue = RowPageQueue(limit: 2)
    self.queue = queue
    try DuckDBRowSource(connection.library, queue, columns: columns).register("queued_rows", with: connection)
    // From here on only the thread uses the connection.
    nonisolated(unsafe) let writer = connection
    let thread = Thread {
      do throws(StorageError) {
        try writer.copy("SELECT * FROM queued_rows()", to: path)
        queue.writerEnded(nil)
      } catch {
        queue.writerEnded(error)
      }
    }
    thread.name = "tickboost-file"
    thread.start()
  }

  deinit { queue.cancel() }

  /// Adds rows.
  ///
  /// - Parameters:
  ///   - symbols: The symbols that `symbolIndices` refers to.
  ///   - symbolIndices: One a row.
  ///   - times: One a row; ``Tick/noTime`` becomes NULL.
  ///   - columns: One buffer a column with one value a row; NaN becomes NULL.
  /// - Throws: ``StorageError`` if the file cannot be written.
  public func append(
    symbols: [String], symbolIndices: [Int32], times: [Int64], columns: [UnsafeBufferPointer<Double>]
  ) throws(StorageError) {
    precondition(columns.count == columnCount && columns.allSatisfy { $0.count == times.count }, "unequal columns")
    let names = symbols.map { Array($0.utf8) }
    var start = 0
    while start < times.count {
      let rows = start..<min(start + pageRows, times.count)
      try queue.add(
        RowPage(
          names: names, symbolIndices: Array(symbolIndices[rows]), times: Array(times[rows]),
          columns: columns.map { Array($0[rows]) }))
      start = rows.upperBound
    }
  }

  /// Waits until the rows added so far are worked off, so that nothing runs in the background.
  ///
  /// Not needed for a whole file: for a program that measures what it does next, or shares few processors.
  /// - Throws: ``StorageError`` if the file cannot be written.
  public func drain() throws(StorageError) { try queue.drain() }

  /// Writes what is left and the file's end.
  ///
  /// - Throws: ``StorageError`` if the file cannot be written; then there is none, or an older one as it was.
  public func finish() throws(StorageError) { try queue.close() }
}
