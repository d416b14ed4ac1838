internal import CDuckDB
import Foundation

/// A table function of DuckDB whose rows come from a queue, so that a `COPY` can write rows that are still being made.
final class DuckDBRowSource {
  private let library: DuckDBLibrary
  private let queue: RowPageQueue
  private let columns: [String]

  init(_ library: DuckDBLibrary, _ queue: RowPageQueue, columns: [String]) {
    self.library = library
    self.queue = queue
    self.columns = columns
  }

  /// Registers the function under a name; DuckDB keeps this object alive as long as it knows the function.
  func register(_ name: String, with connection: DuckDBConnection) throws(StorageError) {
    let call = library.call
    var function: duckdb_table_function? = call.create_table_function()
    defer { call.destroy_table_function(&function) }
    call.table_function_set_name(function, name)
    call.table_function_set_extra_info(function, Unmanaged.passRetained(self).toOpaque()) { pointer in
      if let pointer { Unmanaged<DuckDBRowSource>.fromOpaque(pointer).release() }
    }
    call.table_function_set_bind(function) { info in
      // The library is loaded, for it is calling.
      guard let library = try? DuckDBLibrary.shared(), let source = library.call.bind_get_extra_info(info) else {
        return
      }
      Unmanaged<DuckDBRowSource>.fromOpaque(source).takeUnretainedValue().bind(info)
    }
    call.table_function_set_init(function) { _ in }
    call.table_function_set_function(function) { info, chunk in
      // As above; a chunk that is not filled would end the rows early, so this must not be reached without the library.
      guard let library = try? DuckDBLibrary.shared(), let source = library.call.function_get_extra_info(info) else {
        return
      }
      Unmanaged<DuckDBRowSource>.fromOpaque(source).takeUnretainedValue().fill(chunk, info)
    }
    guard call.register_table_function(connection.connection, function) == DUCKDB_OK else {
      throw StorageError(.database, "DuckDB refuses the table function '\(name)' with \(columns.count) columns")
    }
  }

  private func bind(_ info: duckdb_bind_info?) {
    func add(_ name: String, _ type: DuckDBAppender.ColumnType) {
      var logical: duckdb_logical_type? = library.call.create_logical_type(type.code)
      library.call.bind_add_result_column(info, name, logical)
      library.call.destroy_logical_type(&logical)
    }
    add("symbol", .text)
    add("ts_ns", .integer)
    for column in columns { add(column, .double) }
  }

  /// Fills a chunk with the next page; an empty chunk ends the rows.
  private func fill(_ chunk: duckdb_data_chunk?, _ info: duckdb_function_info?) {
    let page: RowPage?
    do {
      page = try queue.next()
    } catch {
      library.call.function_set_error(info, error.message)
      return
    }
    guard let page else { return library.call.data_chunk_set_size(chunk, 0) }
    let writer = ChunkWriter(library: library, chunk: chunk)
    page.symbolIndices.withUnsafeBufferPointer { writer.write(texts: page.names, indices: $0, column: 0) }
    page.times.withUnsafeBufferPointer { writer.write(integers: $0, missing: .min, column: 1) }
    for (index, column) in page.columns.enumerated() {
      column.withUnsafeBufferPointer { writer.write(doubles: $0, column: index + 2) }
    }
    library.call.data_chunk_set_size(chunk, UInt64(page.times.count))
  }
}
