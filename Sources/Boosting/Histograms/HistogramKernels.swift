import CKernels

/// Bins of a feature in a histogram.
let binsPerFeature = 256

/// Rows that are gathered at a time: their bytes stay in the first-level cache while eight features pass over them.
let tileRows = 512

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
  let (c0, c1, c2, c3) = (columns, columns + rowCount, columns + 2 &* rowCount, columns + 3 &* rowCount)
  let c4 = columns + 4 &* rowCount
  let (c5, c6, c7) = (c4 + rowCount, c4 + 2 &* rowCount, c4 + 3 &* rowCount)
  for row in 0..<rowCount {
    let term = widened(packed[row])
    histogram[Int(c0[row])] &+= term
    histogram[256 &+ Int(c1[row])] &+= term
    histogram[512 &+ Int(c2[row])] &+= term
    histogram[768 &+ Int(c3[row])] &+= term
    histogram[1024 &+ Int(c4[row])] &+= term
    histogram[1280 &+ Int(c5[row])] &+= term
    histogram[1536 &+ Int(c6[row])] &+= term
    histogram[1792 &+ Int(c7[row])] &+= term
  }
}

/// Adds listed rows of a range of feature blocks to their histograms, tile by tile.
///
/// A tile's bytes are copied together first; while the first block passes over a tile the next tile is prefetched. So
/// gathering costs as little as reading in order.
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
    let ahead = min(tileRows, count &- start &- filled)
    prefetch(first, stride: stride, width: width, rows: rows + start + filled, count: ahead)
    for block in 0..<width {
      accumulateTile(
        UnsafeRawPointer(tile + block).assumingMemoryBound(to: UInt8.self), stride: width &* 8,
        packed: packed + start, count: filled,
        into: histogram + (blocks.lowerBound &+ block) &* 8 &* binsPerFeature)
    }
    start &+= filled
  }
}

@inline(__always)
private func gather(
  _ first: UnsafePointer<UInt8>, stride: Int, width: Int, rows: UnsafePointer<UInt32>, count: Int,
  into tile: UnsafeMutablePointer<UInt64>
) {
  for index in 0..<count {
    let source = UnsafeRawPointer(first + Int(rows[index]) &* stride)
    let target = tile + index &* width
    for word in 0..<width { target[word] = source.loadUnaligned(fromByteOffset: word &* 8, as: UInt64.self) }
  }
}

@inline(__always)
private func prefetch(
  _ first: UnsafePointer<UInt8>, stride: Int, width: Int, rows: UnsafePointer<UInt32>, count: Int
) {
  for index in 0..<count {
    let source = first + Int(rows[index]) &* stride
    kernel_prefetch(source)
    if width > 8 { kernel_prefetch(source + 64) }
  }
}

@inline(__always)
private func accumulateTile(
  _ tile: UnsafePointer<UInt8>, stride: Int, packed: UnsafePointer<UInt32>, count: Int,
  into histogram: UnsafeMutablePointer<Int64>
) {
  var bytes = tile
  for index in 0..<count {
    let term = widened(packed[index])
    histogram[Int(bytes[0])] &+= term
    histogram[256 &+ Int(bytes[1])] &+= term
    histogram[512 &+ Int(bytes[2])] &+= term
    histogram[768 &+ Int(bytes[3])] &+= term
    histogram[1024 &+ Int(bytes[4])] &+= term
    histogram[1280 &+ Int(bytes[5])] &+= term
    histogram[1536 &+ Int(bytes[6])] &+= term
    histogram[1792 &+ Int(bytes[7])] &+= term
    bytes += stride
  }
}
