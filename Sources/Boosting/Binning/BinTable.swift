/// A mapper's bounds padded to 256, for a search of eight steps without a branch.
///
/// Single-precision values are compared in single precision: `x <= b` says the same for a float x as
/// `x <= f` with f the largest float that is not above b.
struct BinTable: Sendable {
  private let bounds: [Double]
  private let singleBounds: [Float]
  private let missing: UInt8
  /// First step of the search: half of the least power of two that holds all bins.
  private let firstStep: Int

  init(_ mapper: BinMapper) {
    let count = mapper.upperBounds.count
    bounds = mapper.upperBounds + [Double](repeating: .infinity, count: 256 - count)
    singleBounds = bounds.map { Self.largestSingle(notAbove: $0) }
    missing = mapper.bin(of: .nan)
    var step = 1
    while 2 * step < count { step *= 2 }
    firstStep = step
  }

  private static func largestSingle(notAbove bound: Double) -> Float {
    let nearest = Float(bound)
    return Double(nearest) > bound ? nearest.nextDown : nearest
  }

  /// Writes the bins of a range of rows to `column[row]` and `rows[row * stride]`.
  func bin(
    _ values: ColumnView, _ range: Range<Int>, into column: UnsafeMutablePointer<UInt8>,
    rows: UnsafeMutablePointer<UInt8>, stride: Int
  ) {
    if values.isSingle {
      singleBounds.withUnsafeBufferPointer {
        Self.bin(values, range, $0.baseAddress!, firstStep, missing, into: column, rows: rows, stride: stride)
      }
    } else {
      bounds.withUnsafeBufferPointer {
        Self.bin(values, range, $0.baseAddress!, firstStep, missing, into: column, rows: rows, stride: stride)
      }
    }
  }

  /// One loop for both precisions; written out for each by the compiler, since both calls are in this file.
  @inline(__always)
  private static func bin<Value: BinaryFloatingPoint & BitwiseCopyable>(
    _ values: ColumnView, _ range: Range<Int>, _ bounds: UnsafePointer<Value>, _ firstStep: Int, _ missing: UInt8,
    into column: UnsafeMutablePointer<UInt8>, rows: UnsafeMutablePointer<UInt8>, stride: Int
  ) {
    for row in range {
      let value = (values.base + row &* values.stride).loadUnaligned(as: Value.self)
      var place = 0
      // The first bound that is not below the value; NaN compares false and is put right at the end.
      var step = firstStep
      while step > 0 {
        let next = place &+ step
        place = bounds[next &- 1] < value ? next : place
        step >>= 1
      }
      let bin = value != value ? missing : UInt8(truncatingIfNeeded: place)
      column[row] = bin
      rows[row &* stride] = bin
    }
  }
}
