internal import CDuckDB
import Foundation

/// Fills a table by chunks of DuckDB's vector size; must be finished, or what was appended may be lost.
final class DuckDBAppender {
  /// The type of a column.
  enum ColumnType {
    case text
    case integer
    case double
    case byte

    var code: Int32 {
      switch self {
      case .text: Int32(DUCKDB_TYPE_VARCHAR)
      case .integer: Int32(DUCKDB_TYPE_BIGINT)
      case .double: Int32(DUCKDB_TYPE_DOUBLE)
      case .byte: Int32(DUCKDB_TYPE_TINYINT)
      }
    }
  }

  /// Rows a chunk can take.
  let chunkRows: Int
  private let connection: DuckDBConnection
  private var appender: duckdb_appender?
  private var chunk: duckdb_data_chunk?

  init(_ connection: DuckDBConnection, table: String, types: [ColumnType]) throws(StorageError) {
    let call = connection.library.call
    self.connection = connection
    chunkRows = Int(call.vector_size())
    var opened: duckdb_appender?
    let state = call.appender_create(connection.connection, nil, table, &opened)
    guard state == DUCKDB_OK else {
      let reason = opened.flatMap { call.appender_error($0) }.map { String(cString: $0) } ?? "unknown reason"
      _ = call.appender_destroy(&opened)
      throw StorageError(.database, "cannot append to table '\(table)': \(reason)")
    }
    appender = opened
    var logical: [duckdb_logical_type?] = types.map { call.create_logical_type($0.code) }
    chunk = call.create_data_chunk(&logical, UInt64(logical.count))
    for index in logical.indices { call.destroy_logical_type(&logical[index]) }
  }

  deinit {
    // Only frees; whoever wants the rows calls finish(), which can report.
    connection.library.call.destroy_data_chunk(&chunk)
    _ = connection.library.call.appender_destroy(&appender)
  }

  /// Appends one chunk of `rows` rows that `fill` writes.
  func append(rows: Int, _ fill: (ChunkWriter) -> Void) throws(StorageError) {
    precondition(rows <= chunkRows, "a chunk holds \(chunkRows) rows")
    let call = connection.library.call
    call.data_chunk_reset(chunk)
    fill(ChunkWriter(library: connection.library, chunk: chunk))
    call.data_chunk_set_size(chunk, UInt64(rows))
    guard call.append_data_chunk(appender, chunk) == DUCKDB_OK else { throw failure("cannot append") }
  }

  /// Hands all rows to the table; the transaction decides when they are durable.
  func finish() throws(StorageError) {
    guard connection.library.call.appender_flush(appender) == DUCKDB_OK else { throw failure("cannot flush") }
  }

  private func failure(_ what: String) -> StorageError {
    let reason = connection.library.call.appender_error(appender).map { String(cString: $0) } ?? "unknown reason"
    return StorageError(.database, "\(what): \(reason)")
  }
}

/// Writes the columns of one chunk.
struct ChunkWriter {
  let library: DuckDBLibrary
  let chunk: duckdb_data_chunk?

  /// Copies doubles; NaN becomes NULL.
  func write(doubles values: UnsafeBufferPointer<Double>, column: Int) {
    let vector = library.call.data_chunk_get_vector(chunk, UInt64(column))
    let target = library.call.vector_get_data(vector)!.assumingMemoryBound(to: Double.self)
    target.update(from: values.baseAddress!, count: values.count)
    mask(vector, values.count) { !values[$0].isNaN }
  }

  /// Copies integers; `missing` becomes NULL.
  func write(integers values: UnsafeBufferPointer<Int64>, missing: Int64, column: Int) {
    let vector = library.call.data_chunk_get_vector(chunk, UInt64(column))
    let target = library.call.vector_get_data(vector)!.assumingMemoryBound(to: Int64.self)
    target.update(from: values.baseAddress!, count: values.count)
    mask(vector, values.count) { values[$0] != missing }
  }

  /// Copies small integers.
  func write(bytes values: UnsafeBufferPointer<Int8>, column: Int) {
    let vector = library.call.data_chunk_get_vector(chunk, UInt64(column))
    let target = library.call.vector_get_data(vector)!.assumingMemoryBound(to: Int8.self)
    target.update(from: values.baseAddress!, count: values.count)
  }

  /// Writes one of several texts a row.
  func write(texts: [[UInt8]], indices: UnsafeBufferPointer<Int32>, column: Int) {
    let vector = library.call.data_chunk_get_vector(chunk, UInt64(column))
    for (row, index) in indices.enumerated() {
      let bytes = texts[Int(index)]
      bytes.withUnsafeBufferPointer {
        $0.withMemoryRebound(to: CChar.self) {
          library.call.vector_assign_string_element_len(vector, UInt64(row), $0.baseAddress, UInt64($0.count))
        }
      }
    }
  }

  /// Sets the validity bits: one bit a row, lowest first; only when a row is missing.
  private func mask(_ vector: duckdb_vector?, _ rows: Int, _ isPresent: (Int) -> Bool) {
    var first = 0
    while first < rows, isPresent(first) { first += 1 }
    guard first < rows else { return }
    library.call.vector_ensure_validity_writable(vector)
    let bits = library.call.vector_get_validity(vector)!
    for word in 0...(rows - 1) / 64 {
      var value: UInt64 = 0
      for bit in 0..<min(64, rows - word * 64) where isPresent(word * 64 + bit) { value |= 1 << UInt64(bit) }
      bits[word] = value
    }
  }
}
