internal import CDuckDB
import Foundation

/// One open database with one connection; closed when the last reference goes.
///
/// Not Sendable: DuckDB allows one thread at a time on a connection.
final class DuckDBConnection {
  let library: DuckDBLibrary
  let connection: duckdb_connection
  private let database: duckdb_database

  /// Opens a file, or a database in memory for nil.
  init(path: String?, readOnly: Bool = false, threads: Int? = nil, memoryLimit: String? = nil) throws(StorageError) {
    library = try DuckDBLibrary.shared()
    let call = library.call
    var config: duckdb_config?
    _ = call.create_config(&config)
    defer { call.destroy_config(&config) }
    if readOnly { _ = call.set_config(config, "access_mode", "READ_ONLY") }
    if let threads { _ = call.set_config(config, "threads", String(threads)) }
    if let memoryLimit { _ = call.set_config(config, "memory_limit", memoryLimit) }
    // Nothing is ever fetched from the network.
    _ = call.set_config(config, "autoinstall_known_extensions", "false")
    var opened: duckdb_database?
    var problem: UnsafeMutablePointer<CChar>?
    guard call.open_ext(path, &opened, config, &problem) == DUCKDB_OK, let opened else {
      let reason = problem.map { String(cString: $0) } ?? "unknown reason"
      if let problem { call.free(problem) }
      throw StorageError(.cannotOpen, "the store '\(path ?? ":memory:")' cannot be opened: \(reason)")
    }
    var connected: duckdb_connection?
    guard call.connect(opened, &connected) == DUCKDB_OK, let connected else {
      var closing: duckdb_database? = opened
      call.close(&closing)
      throw StorageError(.cannotOpen, "no connection to the store '\(path ?? ":memory:")'")
    }
    database = opened
    connection = connected
    // Texts and stamps must mean the same on every machine.
    try execute("SET TimeZone = 'UTC'")
    // With one thread nothing runs in the background either. try?: versions before 2.0 have no such threads, so that
    // their error, an unknown setting, says that there is nothing to do; only speed depends on it.
    if threads == 1 { _ = try? execute("SET async_threads = 0") }
  }

  deinit {
    var connection: duckdb_connection? = connection
    library.call.disconnect(&connection)
    var database: duckdb_database? = database
    library.call.close(&database)
  }

  /// Runs a statement without parameters and returns the number of rows it changed.
  @discardableResult
  func execute(_ sql: String) throws(StorageError) -> Int {
    var result = duckdb_result()
    defer { library.call.destroy_result(&result) }
    guard library.call.query(connection, sql, &result) == DUCKDB_OK else {
      throw StorageError(.database, reason(&result))
    }
    return Int(library.call.rows_changed(&result))
  }

  /// Runs a query and lends its chunks one after another; memory holds one chunk at a time.
  func stream(
    _ sql: String, _ parameters: [SQLValue] = [], _ body: (ResultChunk) throws -> Void
  ) throws {
    let call = library.call
    var statement: duckdb_prepared_statement?
    let prepared = call.prepare(connection, sql, &statement)
    defer { call.destroy_prepare(&statement) }
    guard prepared == DUCKDB_OK else {
      throw StorageError(.database, call.prepare_error(statement).map(withoutQuery) ?? "cannot prepare")
    }
    for (index, parameter) in parameters.enumerated() { bind(parameter, to: statement, at: UInt64(index + 1)) }
    var pending: duckdb_pending_result?
    let started = call.pending_prepared_streaming(statement, &pending)
    defer { call.destroy_pending(&pending) }
    guard started == DUCKDB_OK else {
      throw StorageError(.database, call.pending_error(pending).map { String(cString: $0) } ?? "cannot start")
    }
    var result = duckdb_result()
    defer { call.destroy_result(&result) }
    guard call.execute_pending(pending, &result) == DUCKDB_OK else {
      throw StorageError(.database, reason(&result))
    }
    while true {
      var chunk = call.fetch_chunk(result)
      guard let filled = chunk else { break }
      defer { call.destroy_data_chunk(&chunk) }
      let rows = Int(call.data_chunk_get_size(filled))
      if rows == 0 { break }
      try body(ResultChunk(library: library, chunk: filled, count: rows))
    }
    // A stream that breaks off ends with an error in the result rather than with a last chunk.
    if let problem = call.result_error(&result) { throw StorageError(.database, withoutQuery(problem)) }
  }

  private func bind(_ value: SQLValue, to statement: duckdb_prepared_statement?, at index: UInt64) {
    switch value {
    case .integer(let number): _ = library.call.bind_int64(statement, index, number)
    case .text(let text):
      _ = Array(text.utf8CString).withUnsafeBufferPointer {
        library.call.bind_varchar_length(statement, index, $0.baseAddress, UInt64($0.count - 1))
      }
    }
  }

  private func reason(_ result: inout duckdb_result) -> String {
    library.call.result_error(&result).map(withoutQuery) ?? "unknown reason"
  }
}

/// DuckDB's message without the query that it quotes: the query is ours and tells a user nothing.
private func withoutQuery(_ message: UnsafePointer<CChar>) -> String {
  let text = String(cString: message)
  let end = text.range(of: "\n\nLINE ")?.lowerBound ?? text.endIndex
  return String(text[..<end])
}

/// A parameter of a query.
enum SQLValue {
  case integer(Int64)
  case text(String)
}

/// A text as an SQL string literal.
func sqlLiteral(_ text: String) -> String { "'" + text.replacingOccurrences(of: "'", with: "''") + "'" }

/// A name as an SQL identifier.
func sqlIdentifier(_ name: String) -> String { "\"" + name.replacingOccurrences(of: "\"", with: "\"\"") + "\"" }

/// Up to 2048 rows of a result; its columns are read in place and are valid only while it is lent.
struct ResultChunk {
  fileprivate let library: DuckDBLibrary
  fileprivate let chunk: duckdb_data_chunk
  /// Number of rows.
  let count: Int

  /// A column of 64-bit integers without NULLs.
  func integers(_ column: Int) -> UnsafeBufferPointer<Int64> { values(column) }

  /// A column of doubles without NULLs.
  func doubles(_ column: Int) -> UnsafeBufferPointer<Double> { values(column) }

  /// A column of 8-bit integers without NULLs.
  func bytes(_ column: Int) -> UnsafeBufferPointer<Int8> { values(column) }

  /// A column of texts without NULLs, as DuckDB holds them.
  func strings(_ column: Int) -> UnsafeBufferPointer<duckdb_string> { values(column) }

  /// The text of row `row` of a text column.
  func text(_ column: Int, _ row: Int) -> String { string(at: strings(column).baseAddress! + row) }

  private func values<Element>(_ column: Int) -> UnsafeBufferPointer<Element> {
    let vector = library.call.data_chunk_get_vector(chunk, UInt64(column))
    let data = library.call.vector_get_data(vector)!
    return UnsafeBufferPointer(start: data.assumingMemoryBound(to: Element.self), count: count)
  }
}

/// Copies the text out of DuckDB's string record: short ones stand in the record itself.
func string(at pointer: UnsafePointer<duckdb_string>) -> String {
  let length = Int(pointer.pointee.length)
  let raw = UnsafeRawPointer(pointer)
  if length <= 12 {
    return String(decoding: UnsafeRawBufferPointer(start: raw + 4, count: length), as: UTF8.self)
  }
  let address = raw.load(fromByteOffset: 8, as: UnsafeRawPointer.self)
  return String(decoding: UnsafeRawBufferPointer(start: address, count: length), as: UTF8.self)
}
