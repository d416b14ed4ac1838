import CKernels

/// Bins of a feature in a histogram.
let binsPerFeature = 256

/// Rows that are gathered at a time: their bytes stay in the second-level cache while one block after another is added.
package let tileRows = 2048

/// Adds all rows of eight neighbouring columns to their histograms: the root, where rows are in order.
///
/// - Parameters:
///   - columns: Column-major bins, `columns[feature * rowCount + row]`, starting at the first feature.
///   - features: How many of the eight columns there are, 1 to 8.
///   - packed: Packed pairs of all rows.
///   - histogram: `features * 256` sums, starting at the first feature's.
package func accumulateColumns(
  _ columns: UnsafePointer<UInt8>, features: Int, rowCount: Int, packed: UnsafePointer<UInt32>,
  into histogram: UnsafeMutablePointer<Int64>
) {
  guard features == 8 else {
    for feature in 0..<features {
      let column = columns + feature &* rowCount
      let bins = histogram + feature &* binsPerFeature
      for row in 0..<rowCount { bins[Int(column[row])] &+= widened(packed[row]) }
    }
    return
  }
  // Eight rows of a column are one load; their bytes are cheaper to take apart than to load one by one.
  let whole = rowCount & ~7
  for row in stride(from: 0, to: whole, by: 8) {
    let t0 = widened(packed[row])
    let t1 = widened(packed[row &+ 1])
    let t2 = widened(packed[row &+ 2])
    let t3 = widened(packed[row &+ 3])
    let t4 = widened(packed[row &+ 4])
    let t5 = widened(packed[row &+ 5])
    let t6 = widened(packed[row &+ 6])
    let t7 = widened(packed[row &+ 7])
    for feature in 0..<8 {
      let word = UnsafeRawPointer(columns + (feature &* rowCount &+ row)).loadUnaligned(as: UInt64.self)
      let bins = histogram + feature &* binsPerFeature
      bins[Int(word & 255)] &+= t0
      bins[Int(word >> 8 & 255)] &+= t1
      bins[Int(word >> 16 & 255)] &+= t2
      bins[Int(word >> 24 & 255)] &+= t3
      bins[Int(word >> 32 & 255)] &+= t4
      bins[Int(word >> 40 & 255)] &+= t5
      bins[Int(word >> 48 & 255)] &+= t6
      bins[Int(word >> 56)] &+= t7
    }
  }
  for row in whole..<rowCount {
    let term = widened(packed[row])
    for feature in 0..<8 {
      histogram[feature &* binsPerFeature &+ Int(columns[feature &* rowCount &+ row])] &+= term
    }
  }
}

/// Adds listed rows of a range of feature blocks to their histograms, tile by tile.
///
/// A tile's bytes are copied together first; while its blocks are added, the lines of the next tile are asked for, a few
/// at a time: so gathering rows in random order costs little more than reading in order.
/// - Parameters:
///   - matrix: Row-major bins, `matrix[row * stride + feature]`.
///   - blocks: Blocks of eight features to add.
///   - rows: Row numbers, `count` of them, with their packed pairs beside them in `packed`.
///   - histogram: Sums of all features, `histogram[feature * 256 + bin]`.
///   - tile: Scratch of `tileRows * 8 * blocks.count` bytes.
package func accumulateRows(
  _ matrix: UnsafePointer<UInt8>, stride: Int, blocks: Range<Int>, rows: UnsafePointer<UInt32>,
  packed: UnsafePointer<UInt32>, count: Int, into histogram: UnsafeMutablePointer<Int64>,
  tile: UnsafeMutablePointer<UInt64>
) {
  let width = blocks.count
  let first = matrix + blocks.lowerBound &* 8
  var start = 0
  while start < count {
    let filled = min(tileRows, count &- start)
    gather(first, stride: stride, width: width, rows: rows + start, count: filled, into: tile)
    let next = start &+ filled
    let ahead = min(tileRows, count &- next)
    for block in 0..<width {
      let share = ahead &* block / width..<ahead &* (block &+ 1) / width
      let lines = LinesAhead(
        first: first, stride: stride, isWide: width > 8, rows: rows + (next &+ share.lowerBound), count: share.count)
      accumulateTile(
        tile + block &* tileRows, packed: packed + start, count: filled, ahead: lines,
        into: histogram + (blocks.lowerBound &+ block) &* 8 &* binsPerFeature)
    }
    start = next
  }
}

/// Rows that will be needed soon.
private struct LinesAhead {
  let first: UnsafePointer<UInt8>
  let stride: Int
  let isWide: Bool
  let rows: UnsafePointer<UInt32>
  let count: Int

  @inline(__always)
  func prefetch(_ index: Int) {
    let line = first + Int(rows[index]) &* stride
    kernel_prefetch(line)
    if isWide { kernel_prefetch(line + 64) }
  }
}

/// Copies rows together, block after block: `tile[block * tileRows + index]`.
@inline(__always)
private func gather(
  _ first: UnsafePointer<UInt8>, stride: Int, width: Int, rows: UnsafePointer<UInt32>, count: Int,
  into tile: UnsafeMutablePointer<UInt64>
) {
  if width == 4 { return gather(first, stride: stride, words: 4, rows: rows, count: count, tile) }
  if width == 8 { return gather(first, stride: stride, words: 8, rows: rows, count: count, tile) }
  gather(first, stride: stride, words: width, rows: rows, count: count, tile)
}

/// Written out by the compiler for the usual widths.
@inline(__always)
private func gather(
  _ first: UnsafePointer<UInt8>, stride: Int, words: Int, rows: UnsafePointer<UInt32>, count: Int,
  _ tile: UnsafeMutablePointer<UInt64>
) {
  for index in 0..<count {
    let source = UnsafeRawPointer(first + Int(rows[index]) &* stride)
    for word in 0..<words {
      tile[word &* tileRows &+ index] = source.loadUnaligned(fromByteOffset: word &* 8, as: UInt64.self)
    }
  }
}

@inline(__always)
private func accumulateTile(
  _ tile: UnsafePointer<UInt64>, packed: UnsafePointer<UInt32>, count: Int, ahead: LinesAhead,
  into histogram: UnsafeMutablePointer<Int64>
) {
  // Four rows, then one line ahead.
  var index = 0
  var asked = 0
  while index &+ 4 <= count {
    for place in index..<index &+ 4 { add(tile[place], widened(packed[place]), to: histogram) }
    index &+= 4
    if asked < ahead.count {
      ahead.prefetch(asked)
      asked &+= 1
    }
  }
  while index < count {
    add(tile[index], widened(packed[index]), to: histogram)
    index &+= 1
  }
  while asked < ahead.count {
    ahead.prefetch(asked)
    asked &+= 1
  }
}

/// Adds one row's term to the bins of eight features.
@inline(__always)
private func add(_ word: UInt64, _ term: Int64, to histogram: UnsafeMutablePointer<Int64>) {
  histogram[Int(word & 255)] &+= term
  histogram[256 &+ Int(word >> 8 & 255)] &+= term
  histogram[512 &+ Int(word >> 16 & 255)] &+= term
  histogram[768 &+ Int(word >> 24 & 255)] &+= term
  histogram[1024 &+ Int(word >> 32 & 255)] &+= term
  histogram[1280 &+ Int(word >> 40 & 255)] &+= term
  histogram[1536 &+ Int(word >> 48 & 255)] &+= term
  histogram[1792 &+ Int(word >> 56)] &+= term
}
