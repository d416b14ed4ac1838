internal import CKernels

/// The bounds of all features padded to 256, for a search of eight steps without a branch.
///
/// Values and bounds are compared as whole numbers in the order of the numbers, which is quicker than comparing floats.
/// Single-precision values are compared in single precision: `x <= b` says the same for a float x as `x <= f` with f
/// the largest float that is not above b.
struct BinTables: Sendable {
  /// `bounds[feature * 256 + bin]`, as ordered whole numbers.
  private let bounds: [Int64]
  private let singleBounds: [Int32]
  /// Bins of NaN.
  private let missing: [UInt8]
  /// Bins whose values are missing besides NaN: those of zero where zero is missing; 256, which is no bin, elsewhere.
  private let zeros: [Int]
  /// From values to bins, for features of categories.
  private let lookups: [CategoryLookup?]
  private let isCategorical: [Bool]
  /// Whether all features are plain numbers, and vectors of 256 bits are there.
  private let isPlain: Bool
  private let usesVectors: Bool
  /// The number of each feature among those whose bins need two bytes; nil for others.
  private let wide: [Int?]

  /// The byte of each feature that has it for itself; -1 of others.
  private let places: [Int32]

  init(_ mappers: [BinMapper], _ layout: RowLayout) {
    places = mappers.indices.map { layout.isAlone($0) ? Int32(layout.byte[$0]) : -1 }
    var doubles: [Double] = []
    for mapper in mappers {
      doubles += mapper.upperBounds + [Double](repeating: .infinity, count: 256 - mapper.upperBounds.count)
    }
    // Adding 0 makes −0 to 0, which is no other bound.
    bounds = doubles.map { ordered(Int64(bitPattern: ($0 + 0).bitPattern)) }
    singleBounds = doubles.map { ordered(Int32(bitPattern: (Self.largestSingle(notAbove: $0) + 0).bitPattern)) }
    missing = mappers.map { $0.isCategorical ? 0 : $0.bin(of: .nan) }
    isCategorical = mappers.map(\.isCategorical)
    usesVectors = VectorKernels.avx2 != 0
    isPlain = usesVectors && !mappers.contains { $0.isCategorical || $0.missing == .zero }
    lookups = mappers.map { $0.isCategorical ? CategoryLookup($0.categories) : nil }
    wide = BinTables.wideNumbers(mappers)
    zeros = mappers.map { mapper in
      mapper.missing == .zero ? mapper.upperBounds.firstIndex { $0 >= 0 } ?? 256 : 256
    }
  }

  /// Numbers the features whose bins need two bytes.
  static func wideNumbers(_ mappers: [BinMapper]) -> [Int?] {
    var next = 0
    return mappers.map { mapper in
      guard mapper.isWide else { return nil }
      next += 1
      return next - 1
    }
  }

  private static func largestSingle(notAbove bound: Double) -> Float {
    let nearest = Float(bound)
    return Double(nearest) > bound ? nearest.nextDown : nearest
  }

  /// Writes the bins of a range of rows to `rows`, laid out by `layout`, and to `columns[feature * columnStride + row]`; of two
  /// bytes also to `wideColumns[number * columnStride + row]`.
  func bin(
    _ table: NumericTable, _ range: Range<Int>, rows: UnsafeMutablePointer<UInt8>, _ layout: RowLayout,
    columns: UnsafeMutablePointer<UInt8>, wideColumns: UnsafeMutablePointer<UInt16>, columnStride: Int
  ) {
    let stride = layout.stride
    if layout.groups.count < stride {
      (rows + range.lowerBound * stride).update(repeating: 0, count: range.count * stride)
    }
    defer { join(range, rows: rows, layout, columns: columns, columnStride: columnStride) }
    if isPlain, table.isSingle, table.isRowMajor {
      table.withColumn(0) { view in
        let (first, rowBytes) = (range.lowerBound, view.stride)
        kernel_bin_float_rows(
          (view.base + first * rowBytes).assumingMemoryBound(to: Float.self), rowBytes, range.count, missing.count,
          singleBounds, missing, places, rows + first * stride, stride, columns + first, columnStride)
      }
      return
    }
    for feature in missing.indices {
      // A shared byte is joined later; what is written here instead is written over.
      let (rows, column) = (rows + layout.byte[feature], columns + feature * columnStride)
      if isCategorical[feature], let lookup = lookups[feature] {
        let wide = wide[feature].map { wideColumns + $0 * columnStride }
        table.withColumn(feature) { view in
          for row in range {
            let bin = lookup.bin(of: view[row])
            column[row] = UInt8(truncatingIfNeeded: bin)
            rows[row * stride] = column[row]
            wide?[row] = bin
          }
        }
        continue
      }
      table.withColumn(feature) { view in
        if view.isSingle {
          singleBounds.withUnsafeBufferPointer {
            binSingles(view, range, $0.baseAddress! + feature * 256, missing[feature], rows, stride, column)
          }
        } else {
          bounds.withUnsafeBufferPointer {
            binDoubles(view, range, $0.baseAddress! + feature * 256, missing[feature], rows, stride, column)
          }
        }
        // A pass of its own: a test in the loops above would cost every feature.
        if zeros[feature] == 256 { return }
        for row in range where Int(column[row]) == zeros[feature] {
          column[row] = missing[feature]
          rows[row * stride] = missing[feature]
        }
      }
    }
  }

  /// Writes the bytes that features share.
  private func join(
    _ range: Range<Int>, rows: UnsafeMutablePointer<UInt8>, _ layout: RowLayout, columns: UnsafePointer<UInt8>,
    columnStride: Int
  ) {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: range.count) { sums in
      for group in layout.groups where group.count > 1 {
        sums.update(repeating: 0)
        for feature in group {
          let column = columns + feature * columnStride + range.lowerBound
          let multiplier = UInt8(truncatingIfNeeded: layout.multiplier[feature])
          for index in sums.indices { sums[index] &+= column[index] &* multiplier }
        }
        let target = rows + range.lowerBound * layout.stride + layout.byte[group[0]]
        for index in sums.indices { target[index &* layout.stride] = sums[index] }
      }
    }
  }

  private func binSingles(
    _ view: ColumnView, _ range: Range<Int>, _ bounds: UnsafePointer<Int32>, _ missing: UInt8,
    _ rows: UnsafeMutablePointer<UInt8>, _ stride: Int, _ column: UnsafeMutablePointer<UInt8>
  ) {
    if usesVectors {
      let first = range.lowerBound
      kernel_bin_floats(
        view.base + first * view.stride, view.stride, range.count, bounds, missing, rows + first * stride, stride,
        column + first)
      return
    }
    for row in range {
      let bits = (view.base + row &* view.stride).loadUnaligned(as: Int32.self)
      let isMissing = bits & .max > 0x7f80_0000
      let bin = isMissing ? missing : UInt8(truncatingIfNeeded: place(of: ordered(bits), bounds))
      column[row] = bin
      rows[row &* stride] = bin
    }
  }

  private func binDoubles(
    _ view: ColumnView, _ range: Range<Int>, _ bounds: UnsafePointer<Int64>, _ missing: UInt8,
    _ rows: UnsafeMutablePointer<UInt8>, _ stride: Int, _ column: UnsafeMutablePointer<UInt8>
  ) {
    if usesVectors {
      let first = range.lowerBound
      kernel_bin_doubles(
        view.base + first * view.stride, view.stride, range.count, bounds, missing, rows + first * stride, stride,
        column + first)
      return
    }
    for row in range {
      let bits = (view.base + row &* view.stride).loadUnaligned(as: Int64.self)
      let isMissing = bits & .max > 0x7ff0_0000_0000_0000
      let bin = isMissing ? missing : UInt8(truncatingIfNeeded: place(of: ordered(bits), bounds))
      column[row] = bin
      rows[row &* stride] = bin
    }
  }

  /// The first bound that is not below the value.
  @inline(__always)
  private func place<Key: FixedWidthInteger>(of key: Key, _ bounds: UnsafePointer<Key>) -> Int {
    var place = 0
    place &+= bounds[place &+ 127] < key ? 128 : 0
    place &+= bounds[place &+ 63] < key ? 64 : 0
    place &+= bounds[place &+ 31] < key ? 32 : 0
    place &+= bounds[place &+ 15] < key ? 16 : 0
    place &+= bounds[place &+ 7] < key ? 8 : 0
    place &+= bounds[place &+ 3] < key ? 4 : 0
    place &+= bounds[place &+ 1] < key ? 2 : 0
    place &+= bounds[place] < key ? 1 : 0
    return place
  }
}

/// The bits of a float as a whole number in the order of the floats: those of negative ones reversed.
///
/// −0 comes directly below 0, which parts them from no bound, for no bound is −0.
@inline(__always)
private func ordered<Key: FixedWidthInteger & SignedInteger>(_ bits: Key) -> Key {
  bits ^ ((bits >> (Key.bitWidth - 1)) & .max)
}
