import Foundation

/// An array in NumPy's file format (versions 1 to 3), mapped into memory.
///
/// Little-endian `float32` and `float64` are read in place; whole numbers and truth values can be read as doubles.
/// Source: NumPy Enhancement Proposal 1.
public final class NpyFile: Sendable {
  /// Rows, columns, and the order of the values.
  public let rowCount: Int
  /// Columns; 1 for an array of one dimension.
  public let columnCount: Int
  /// Whether values of a column lie side by side.
  public let isFortranOrder: Bool
  /// The type as the file names it, such as `<f4`.
  public let typeName: String
  private let type: Element
  private let offset: Int
  private let file: MappedFile

  private enum Element: String, Sendable {
    case float32 = "<f4"
    case float64 = "<f8"
    case int8 = "|i1"
    case uint8 = "|u1"
    case bool = "|b1"
    case int16 = "<i2"
    case uint16 = "<u2"
    case int32 = "<i4"
    case uint32 = "<u4"
    case int64 = "<i8"
    case uint64 = "<u8"

    var size: Int {
      switch self {
      case .int8, .uint8, .bool: 1
      case .int16, .uint16: 2
      case .float32, .int32, .uint32: 4
      case .float64, .int64, .uint64: 8
      }
    }
  }

  /// Maps a file.
  ///
  /// - Throws: ``BoostingError`` with code `badFile` if it cannot be read, is damaged, or holds something else than one
  ///   or two dimensions of numbers.
  public init(path: String) throws(BoostingError) {
    let file = try MappedFile(path: path)
    let bytes = file.bytes
    func bad(_ reason: String) -> BoostingError { BoostingError(.badFile, "'\(path)' is no .npy file: \(reason)") }
    guard bytes.count >= 12, bytes.prefix(6).elementsEqual([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]) else {
      throw bad("it does not begin with \\x93NUMPY")
    }
    let isShort = bytes[6] == 1
    guard 1...3 ~= bytes[6] else { throw bad("its version is \(bytes[6]); 1 to 3 are known") }
    var length = Int(bytes[8]) | Int(bytes[9]) << 8
    if !isShort { length |= Int(bytes[10]) << 16 | Int(bytes[11]) << 24 }
    let start = isShort ? 10 : 12
    guard start + length <= bytes.count else { throw bad("its header is cut off") }
    let header = String(decoding: bytes[start..<start + length], as: UTF8.self)
    guard let typeName = Self.text(after: "'descr':", in: header),
      let order = Self.word(after: "'fortran_order':", in: header), let shape = Self.shape(in: header)
    else { throw bad("its header is damaged") }
    guard let type = Element(rawValue: typeName) else {
      throw BoostingError(
        .badFile, "'\(path)' holds \(typeName); little-endian floats, whole numbers and truth values can be read")
    }
    guard 1...2 ~= shape.count else {
      throw BoostingError(.badFile, "'\(path)' has \(shape.count) dimensions; 1 or 2 are needed")
    }
    let columns = shape.count == 2 ? shape[1] : 1
    let (cells, isHuge) = shape[0].multipliedReportingOverflow(by: columns)
    let (size, isTooLarge) = cells.multipliedReportingOverflow(by: type.size)
    guard !isHuge, !isTooLarge, size <= bytes.count - start - length else {
      throw bad("it holds fewer values than its shape \(shape) says")
    }
    self.file = file
    self.typeName = typeName
    self.type = type
    offset = start + length
    rowCount = shape[0]
    columnCount = columns
    isFortranOrder = order.hasPrefix("True") || columns == 1
  }

  var isFloating: Bool { type == .float32 || type == .float64 }

  /// The values of a file of one dimension or one column, such as labels, as doubles.
  ///
  /// - Throws: ``BoostingError`` with code `shapeMismatch` for more columns.
  public func vector() throws(BoostingError) -> [Double] {
    guard columnCount == 1 else {
      throw BoostingError(.shapeMismatch, "\(columnCount) columns were given; one is needed")
    }
    return values(ofColumn: 0)
  }

  /// The values of a column of any type as doubles.
  public func values(ofColumn column: Int) -> [Double] {
    let step = (isFortranOrder ? 1 : columnCount) * type.size
    let first = offset + (isFortranOrder ? column * rowCount : column) * type.size
    let bytes = file.bytes
    func read<Value>(_: Value.Type, _ convert: (Value) -> Double) -> [Double] {
      (0..<rowCount).map { convert(bytes.loadUnaligned(fromByteOffset: first + $0 * step, as: Value.self)) }
    }
    switch type {
    case .float32: return read(Float.self) { Double($0) }
    case .float64: return read(Double.self) { $0 }
    case .int8: return read(Int8.self) { Double($0) }
    case .uint8, .bool: return read(UInt8.self) { Double($0) }
    case .int16: return read(Int16.self) { Double($0) }
    case .uint16: return read(UInt16.self) { Double($0) }
    case .int32: return read(Int32.self) { Double($0) }
    case .uint32: return read(UInt32.self) { Double($0) }
    case .int64: return read(Int64.self) { Double($0) }
    case .uint64: return read(UInt64.self) { Double($0) }
    }
  }

  /// A floating column in place.
  func column(_ index: Int) -> ColumnView {
    let first = offset + (isFortranOrder ? index * rowCount : index) * type.size
    return ColumnView(
      file.bytes.baseAddress.map { $0 + first }, stride: (isFortranOrder ? 1 : columnCount) * type.size,
      isSingle: type == .float32)
  }

  /// Gives the memory of a range of rows back to the system until it is read again.
  func release(_ rows: Range<Int>) {
    if isFortranOrder {
      for column in 0..<columnCount {
        let first = offset + column * rowCount * type.size
        file.release(first + rows.lowerBound * type.size..<first + rows.upperBound * type.size)
      }
    } else {
      let row = columnCount * type.size
      file.release(offset + rows.lowerBound * row..<offset + rows.upperBound * row)
    }
  }

  /// Writes rows of doubles, `values[row * columns + column]`; one column is written as one dimension.
  ///
  /// - Throws: ``BoostingError`` with code `badFile` if the file cannot be written.
  public static func write(_ values: [Double], columns: Int, to path: String) throws(BoostingError) {
    let rows = values.count / max(1, columns)
    let shape = columns == 1 ? "(\(rows),)" : "(\(rows), \(columns))"
    var header = "{'descr': '<f8', 'fortran_order': False, 'shape': \(shape), }"
    // The values start at a multiple of 64 bytes.
    header += String(repeating: " ", count: 63 - (10 + header.utf8.count) % 64) + "\n"
    var data = Data([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, UInt8(header.utf8.count & 255)])
    data.append(UInt8(header.utf8.count >> 8))
    data.append(contentsOf: header.utf8)
    values.withUnsafeBytes { data.append(contentsOf: $0) }
    do {
      try data.write(to: URL(fileURLWithPath: path))
    } catch {
      throw BoostingError(.badFile, "'\(path)' cannot be written: \(error.localizedDescription)")
    }
  }

  // MARK: - The header, a Python dictionary

  private static func word(after key: String, in header: String) -> Substring? {
    guard let place = header.range(of: key) else { return nil }
    return header[place.upperBound...].drop { $0 == " " }
  }

  private static func text(after key: String, in header: String) -> String? {
    guard let rest = word(after: key, in: header), rest.first == "'" else { return nil }
    let body = rest.dropFirst()
    return body.firstIndex(of: "'").map { String(body[..<$0]) }
  }

  private static func shape(in header: String) -> [Int]? {
    guard let rest = word(after: "'shape':", in: header), rest.first == "(", let end = rest.firstIndex(of: ")") else {
      return nil
    }
    let parts = rest[..<end].dropFirst().split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    let numbers = parts.filter { !$0.isEmpty }.map { Int($0) }
    guard numbers.allSatisfy({ ($0 ?? -1) >= 0 }) else { return nil }
    return numbers.map { $0! }
  }
}
