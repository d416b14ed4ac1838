/// A table of numbers, rows by columns, as boosters and models take it; NaN means missing.
///
/// Values stay in the layout and precision in which they come: columns or rows, single or double, in memory or mapped
/// from a `.npy` file. Nothing is copied.
public struct NumericTable: Sendable {
  private enum Storage: Sendable {
    case columns([[Double]])
    case singles([Float])
    case doubles([Double])
    case mapped(NpyFile)
  }

  /// Number of rows.
  public let rowCount: Int
  /// Number of columns.
  public let columnCount: Int
  private let storage: Storage

  /// A table of columns, all of one length.
  ///
  /// - Throws: ``BoostingError`` with code `shapeMismatch` if lengths differ.
  public init(columns: [[Double]]) throws(BoostingError) {
    rowCount = columns.first?.count ?? 0
    columnCount = columns.count
    storage = .columns(columns)
    for (index, column) in columns.enumerated() where column.count != rowCount {
      throw BoostingError(
        .shapeMismatch, "column \(index) has \(column.count) rows; column 0 has \(rowCount)")
    }
  }

  /// A table of single-precision rows one after another: `rows[row * columnCount + column]`.
  ///
  /// - Throws: ``BoostingError`` with code `shapeMismatch` if the values do not fill whole rows.
  public init(rows: [Float], columnCount: Int) throws(BoostingError) {
    rowCount = try Self.rows(of: rows.count, columnCount)
    self.columnCount = columnCount
    storage = .singles(rows)
  }

  /// A table of double-precision rows one after another: `rows[row * columnCount + column]`.
  ///
  /// - Throws: ``BoostingError`` with code `shapeMismatch` if the values do not fill whole rows.
  public init(rows: [Double], columnCount: Int) throws(BoostingError) {
    rowCount = try Self.rows(of: rows.count, columnCount)
    self.columnCount = columnCount
    storage = .doubles(rows)
  }

  /// A table mapped from a `.npy` file of `float32` or `float64`, in C or Fortran order; one dimension is one column.
  ///
  /// The file is read while it is used and must not change meanwhile.
  /// - Throws: ``BoostingError`` with code `badFile` if the file cannot be read or holds something else.
  public init(npyFile path: String) throws(BoostingError) {
    let file = try NpyFile(path: path)
    guard file.isFloating else {
      throw BoostingError(.badFile, "'\(path)' holds \(file.typeName); a table needs float32 or float64")
    }
    rowCount = file.rowCount
    columnCount = file.columnCount
    storage = .mapped(file)
  }

  private static func rows(of count: Int, _ columnCount: Int) throws(BoostingError) -> Int {
    guard columnCount > 0, count % columnCount == 0 else {
      throw BoostingError(.shapeMismatch, "\(count) values do not fill rows of \(columnCount) columns")
    }
    return count / columnCount
  }

  /// The values of one column.
  ///
  /// O(rows).
  public func column(_ index: Int) -> [Double] {
    if case .columns(let columns) = storage { return columns[index] }
    return withColumn(index) { view in (0..<rowCount).map { view[$0] } }
  }

  /// One value.
  ///
  /// - Precondition: `row` and `column` lie within the table.
  public func value(_ row: Int, _ column: Int) -> Double {
    precondition(0..<rowCount ~= row && 0..<columnCount ~= column, "no row \(row), column \(column) in the table")
    return withColumn(column) { $0[row] }
  }

  /// The table without one column; values are copied as doubles.
  ///
  /// - Throws: ``BoostingError`` with code `shapeMismatch` if there is no such column.
  public func droppingColumn(_ index: Int) throws(BoostingError) -> NumericTable {
    guard 0..<columnCount ~= index else {
      throw BoostingError(.shapeMismatch, "there is no column \(index) among \(columnCount)")
    }
    return try NumericTable(columns: (0..<columnCount).filter { $0 != index }.map { column($0) })
  }

  /// The rows with the given numbers, each in `0..<rowCount`, as a table of its own, in that order.
  package func rows(_ numbers: [Int]) -> NumericTable {
    let columns = (0..<columnCount).map { index in withColumn(index) { view in numbers.map { view[$0] } } }
    // Lengths are equal by construction.
    return try! NumericTable(columns: columns)
  }

  /// Lends one column in its own layout; valid only inside `body`.
  package func withColumn<Result>(_ index: Int, _ body: (ColumnView) throws -> Result) rethrows -> Result {
    switch storage {
    case .columns(let columns):
      try columns[index].withUnsafeBytes { try body(ColumnView($0.baseAddress, stride: 8, isSingle: false)) }
    case .singles(let values):
      try values.withUnsafeBytes {
        try body(ColumnView($0.baseAddress.map { $0 + 4 * index }, stride: 4 * columnCount, isSingle: true))
      }
    case .doubles(let values):
      try values.withUnsafeBytes {
        try body(ColumnView($0.baseAddress.map { $0 + 8 * index }, stride: 8 * columnCount, isSingle: false))
      }
    case .mapped(let file): try body(file.column(index))
    }
  }

  /// Says that a range of rows is not needed for now: a mapped file gives its memory back.
  package func release(_ rows: Range<Int>) {
    if case .mapped(let file) = storage { file.release(rows) }
  }

  /// Whether values are single precision.
  package var isSingle: Bool {
    switch storage {
    case .columns, .doubles: false
    case .singles: true
    case .mapped(let file): file.typeName == "<f4"
    }
  }

  /// Whether values of a row lie side by side.
  package var isRowMajor: Bool {
    switch storage {
    case .columns: false
    case .singles, .doubles: true
    case .mapped(let file): !file.isFortranOrder
    }
  }
}

/// The values of a column in memory: single or double precision, a fixed number of bytes apart.
package struct ColumnView {
  /// The value of row 0.
  package let base: UnsafeRawPointer
  /// Bytes from row to row.
  package let stride: Int
  package let isSingle: Bool

  init(_ base: UnsafeRawPointer?, stride: Int, isSingle: Bool) {
    // An empty array has no address, and nobody reads from it.
    self.base = base ?? UnsafeRawPointer(bitPattern: 8)!
    self.stride = stride
    self.isSingle = isSingle
  }

  package subscript(row: Int) -> Double {
    let place = base + row &* stride
    return isSingle ? Double(place.loadUnaligned(as: Float.self)) : place.loadUnaligned(as: Double.self)
  }
}
