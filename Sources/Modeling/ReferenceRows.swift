import Foundation

/// Rows of features that a model was trained on, evenly spread over them: what live features are held against to see whether they drift.
public struct ReferenceRows: Sendable, Hashable, Codable {
  /// Rows that are kept.
  static let limit = 256

  /// Number of rows.
  public let rowCount: Int
  /// Number of features.
  public let columnCount: Int
  private let values: [Float]

  private enum CodingKeys: String, CodingKey {
    case rowCount = "rows"
    case columnCount = "columns"
    case values
  }

  /// Keeps at most ``limit`` of some rows.
  ///
  /// - Parameter value: The value of a feature in the k-th of the rows.
  init(rows: Int, columns: Int, value: (_ row: Int, _ column: Int) -> Double) {
    rowCount = min(Self.limit, rows)
    columnCount = columns
    var values: [Float] = []
    values.reserveCapacity(rowCount * columns)
    for step in 0..<rowCount {
      let row = rows <= Self.limit ? step : step * rows / Self.limit
      for column in 0..<columns { values.append(Float(value(row, column))) }
    }
    self.values = values
  }

  /// The values of a feature, one a row; NaN where missing.
  public func column(_ index: Int) -> [Double] { (0..<rowCount).map { Double(values[$0 * columnCount + index]) } }

  /// A row of all features.
  public func row(_ index: Int) -> [Double] {
    values[index * columnCount..<(index + 1) * columnCount].map(Double.init)
  }

  /// Whether two have the same bits: a value that is missing is equal to itself.
  public static func == (left: ReferenceRows, right: ReferenceRows) -> Bool {
    left.rowCount == right.rowCount && left.columnCount == right.columnCount
      && left.values.elementsEqual(right.values) { $0.bitPattern == $1.bitPattern }
  }

  /// Hashes the bits.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(rowCount)
    for value in values { hasher.combine(value.bitPattern) }
  }

  /// Reads rows; the values stand as base64 of little-endian 32-bit floats, row after row.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    rowCount = try container.decode(Int.self, forKey: .rowCount)
    columnCount = try container.decode(Int.self, forKey: .columnCount)
    let data = try container.decode(Data.self, forKey: .values)
    guard 0...Self.limit ~= rowCount, 0...1_000_000 ~= columnCount, data.count == rowCount * columnCount * 4 else {
      throw DecodingError.dataCorruptedError(
        forKey: .values, in: container,
        debugDescription: "\(data.count) bytes for \(rowCount) rows of \(columnCount) features")
    }
    values = (0..<rowCount * columnCount).map { index in
      let bits = (0..<4).reduce(UInt32(0)) { $0 | UInt32(data[data.startIndex + index * 4 + $1]) << UInt32(8 * $1) }
      return Float(bitPattern: bits)
    }
  }

  /// Writes rows.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(rowCount, forKey: .rowCount)
    try container.encode(columnCount, forKey: .columnCount)
    var data = Data(capacity: values.count * 4)
    for value in values {
      for step in 0..<4 { data.append(UInt8(truncatingIfNeeded: value.bitPattern >> UInt32(8 * step))) }
    }
    try container.encode(data, forKey: .values)
  }
}
