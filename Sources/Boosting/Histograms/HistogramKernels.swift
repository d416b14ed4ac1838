import CKernels

/// Bins of a feature in a histogram.
let binsPerFeature = 256

/// Words of scratch that ``accumulateRows(_:_:blocks:entries:count:into:tile:)`` needs for any of this many blocks.
package func tileCapacity(blocks: Int) -> Int { max(8192, 256 * blocks) + 2048 }

/// Rows that are gathered at a time: their bytes stay in the second-level cache while one block after another is added.
private func tileRows(_ blocks: Int) -> Int { max(256, min(2048, 8192 / max(1, blocks))) }

/// Adds listed rows of a range of feature blocks to their histograms, tile by tile.
///
/// A tile's bytes are copied together first; while its blocks are added, the lines of the next tile are asked for, a few
/// at a time: so gathering rows in random order costs little more than reading in order. A block's eight histograms fill
/// half of a first-level cache; what limits is the one store a cycle that an addition needs.
/// - Parameters:
///   - matrix: Rows of bytes.
///   - layout: Where the bytes stand.
///   - blocks: Blocks of eight bytes to add.
///   - entries: Rows with their packed pairs (``RowShard/entry(row:packed:)``).
///   - histogram: Sums of all bytes, `histogram[byte * 256 + value]`.
///   - tile: Scratch of ``tileCapacity(blocks:)`` words.
package func accumulateRows(
  _ matrix: UnsafePointer<UInt8>, _ layout: RowLayout, blocks: Range<Int>, entries: UnsafePointer<UInt64>, count: Int,
  into histogram: UnsafeMutablePointer<Int64>, tile: UnsafeMutablePointer<UInt64>
) {
  let (width, stride) = (blocks.count, layout.stride)
  let rows = tileRows(width)
  let first = matrix + blocks.lowerBound &* 8
  let terms = UnsafeMutableRawPointer(tile + rows &* width).assumingMemoryBound(to: Int64.self)
  var start = 0
  while start < count {
    let filled = min(rows, count &- start)
    gather(first, stride: stride, width: width, entries: entries + start, count: filled, into: tile)
    for index in 0..<filled { terms[index] = widened(UInt32(truncatingIfNeeded: entries[start &+ index] >> 32)) }
    let next = start &+ filled
    let ahead = min(rows, count &- next)
    for block in 0..<width {
      let share = ahead &* block / width..<ahead &* (block &+ 1) / width
      let lines = LinesAhead(
        first: first, stride: stride, bytes: width &* 8, entries: entries + (next &+ share.lowerBound),
        count: share.count)
      let first = (blocks.lowerBound &+ block) &* 8
      accumulateTile(
        tile + block, width: width, terms: terms, count: filled, bytes: layout.groups.count &- first, ahead: lines,
        into: histogram + first &* binsPerFeature)
    }
    start = next
  }
}

/// Adds listed rows of one column to its histogram: a feature of more bins than a byte can name.
package func accumulateColumn(
  _ column: UnsafePointer<UInt16>, entries: UnsafePointer<UInt64>, count: Int,
  into histogram: UnsafeMutablePointer<Int64>
) {
  for index in 0..<count {
    let entry = entries[index]
    histogram[Int(column[RowShard.row(entry)])] &+= widened(UInt32(truncatingIfNeeded: entry >> 32))
  }
}

/// Rows that will be needed soon.
private struct LinesAhead {
  let first: UnsafePointer<UInt8>
  let stride: Int
  let bytes: Int
  let entries: UnsafePointer<UInt64>
  let count: Int

  @inline(__always)
  func prefetch(_ index: Int) {
    let line = first + RowShard.row(entries[index]) &* stride
    var offset = 0
    repeat {
      kernel_prefetch(line + offset)
      offset &+= 64
    } while offset < bytes
  }
}

/// Copies rows together: `tile[index * width + block]`.
@inline(__always)
private func gather(
  _ first: UnsafePointer<UInt8>, stride: Int, width: Int, entries: UnsafePointer<UInt64>, count: Int,
  into tile: UnsafeMutablePointer<UInt64>
) {
  switch width {
  case 8: gather(first, stride: stride, pairs: 4, entries: entries, count: count, tile)
  case 4: gather(first, stride: stride, pairs: 2, entries: entries, count: count, tile)
  case 2: gather(first, stride: stride, pairs: 1, entries: entries, count: count, tile)
  case _ where width & 1 == 0:
    gather(first, stride: stride, pairs: width >> 1, entries: entries, count: count, tile)
  default:
    for index in 0..<count {
      let source = UnsafeRawPointer(first + RowShard.row(entries[index]) &* stride)
      for word in 0..<width {
        tile[index &* width &+ word] = source.loadUnaligned(fromByteOffset: word &* 8, as: UInt64.self)
      }
    }
  }
}

/// Two blocks a move; written out by the compiler for the usual widths.
@inline(__always)
private func gather(
  _ first: UnsafePointer<UInt8>, stride: Int, pairs: Int, entries: UnsafePointer<UInt64>, count: Int,
  _ tile: UnsafeMutablePointer<UInt64>
) {
  let target = UnsafeMutableRawPointer(tile)
  for index in 0..<count {
    let source = UnsafeRawPointer(first + RowShard.row(entries[index]) &* stride)
    let line = target + index &* (pairs &* 16)
    for pair in 0..<pairs {
      line.storeBytes(
        of: source.loadUnaligned(fromByteOffset: pair &* 16, as: SIMD2<UInt64>.self), toByteOffset: pair &* 16,
        as: SIMD2<UInt64>.self)
    }
  }
}

/// - Parameter bytes: Bytes of a word that count; 8 or more for all.
@inline(__always)
private func accumulateTile(
  _ tile: UnsafePointer<UInt64>, width: Int, terms: UnsafePointer<Int64>, count: Int, bytes: Int, ahead: LinesAhead,
  into histogram: UnsafeMutablePointer<Int64>
) {
  // The last block of a row may be half empty; each case is compiled by itself.
  switch bytes {
  case ...2: addTile(tile, width: width, terms: terms, count: count, bytes: 2, ahead: ahead, into: histogram)
  case 3...4: addTile(tile, width: width, terms: terms, count: count, bytes: 4, ahead: ahead, into: histogram)
  case 5...6: addTile(tile, width: width, terms: terms, count: count, bytes: 6, ahead: ahead, into: histogram)
  default: addTile(tile, width: width, terms: terms, count: count, bytes: 8, ahead: ahead, into: histogram)
  }
}

@inline(__always)
private func addTile(
  _ tile: UnsafePointer<UInt64>, width: Int, terms: UnsafePointer<Int64>, count: Int, bytes: Int, ahead: LinesAhead,
  into histogram: UnsafeMutablePointer<Int64>
) {
  // Four rows, then one line ahead.
  var word = tile
  var index = 0
  var asked = 0
  while index &+ 4 <= count {
    for place in index..<index &+ 4 {
      add(word.pointee, terms[place], bytes, to: histogram)
      word += width
    }
    index &+= 4
    if asked < ahead.count {
      ahead.prefetch(asked)
      asked &+= 1
    }
  }
  while index < count {
    add(word.pointee, terms[index], bytes, to: histogram)
    word += width
    index &+= 1
  }
  while asked < ahead.count {
    ahead.prefetch(asked)
    asked &+= 1
  }
}

/// Adds one row's term to the cells of its bytes.
@inline(__always)
private func add(_ word: UInt64, _ term: Int64, _ bytes: Int, to histogram: UnsafeMutablePointer<Int64>) {
  histogram[Int(word & 255)] &+= term
  histogram[256 &+ Int(word >> 8 & 255)] &+= term
  if bytes <= 2 { return }
  histogram[512 &+ Int(word >> 16 & 255)] &+= term
  histogram[768 &+ Int(word >> 24 & 255)] &+= term
  if bytes <= 4 { return }
  histogram[1024 &+ Int(word >> 32 & 255)] &+= term
  histogram[1280 &+ Int(word >> 40 & 255)] &+= term
  if bytes <= 6 { return }
  histogram[1536 &+ Int(word >> 48 & 255)] &+= term
  histogram[1792 &+ Int(word >> 56)] &+= term
}
