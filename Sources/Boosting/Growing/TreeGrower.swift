import Compute

/// Grows trees on binned data, one after another, with buffers that live as long as the training.
///
/// One fork a tree: all threads stay together and meet at barriers. A split is two steps: each thread partitions its own
/// shard of the leaf's rows, then each builds, subtracts and searches its own blocks of features. Sums are whole numbers,
/// so the tree is the same for any number of threads.
final class TreeGrower {
  private let matrix: BinnedMatrix
  private let options: BoostingOptions
  private let threads: Int
  private let layout: HistogramLayout
  private let shapes: [MapperShape]
  private let pool: HistogramPool
  private let shards: [RowShard]
  private let tiles: [UnsafeMutablePointer<UInt64>]
  private let parts: [UnsafeMutablePointer<Int64>]
  private let goesLeft: UnsafeMutablePointer<UInt8>

  /// A grown tree with what training needs beside it.
  struct Result {
    var tree: Tree
    /// Last left value bin of each internal node, for scoring binned rows.
    var bins: [UInt8]
    /// The rows of each leaf, shard by shard; valid until the next tree.
    var ranges: [[Range<Int>]]
    /// What bounds the value of each leaf.
    var bounds: [OutputBounds]
  }

  init(_ matrix: BinnedMatrix, _ options: BoostingOptions, threads: Int) {
    self.matrix = matrix
    self.options = options
    layout = HistogramLayout(matrix.mappers, matrix.layout)
    self.threads = threads
    shapes = matrix.mappers.map { MapperShape($0) }
    pool = HistogramPool(layout)
    let perShard = shardBlock * ((matrix.rowCount / shardBlock + threads) / threads + 1)
    shards = (0..<threads).map { _ in RowShard(capacity: min(matrix.rowCount, perShard)) }
    tiles = (0..<threads).map { [layout] _ in .allocate(capacity: tileCapacity(blocks: max(1, layout.blocks))) }
    parts = threads == 1 ? [] : (0..<threads).map { [layout] _ in .allocate(capacity: max(1, layout.length)) }
    goesLeft = .allocate(capacity: layout.mostBins)
  }

  deinit {
    for shard in shards { shard.deallocate() }
    for tile in tiles { tile.deallocate() }
    for part in parts { part.deallocate() }
    goesLeft.deallocate()
  }

  /// Grows one tree.
  ///
  /// - Parameters:
  ///   - pairs: Derivatives of all rows.
  ///   - scale: Their scale.
  ///   - packer: How they are packed.
  ///   - bag: Rows that take part, ascending; nil for all.
  ///   - features: Which features its nodes may split.
  func grow(
    _ pairs: UnsafePointer<GradientPair>, _ scale: GradientScale, _ packer: GradientScale.Packer, bag: [UInt32]?,
    features: NodeFeatures
  ) -> Result {
    let growth = TreeGrowth(
      matrix: matrix, options: options, shapes: shapes,
      finder:
        SplitFinder(rules: SplitRules(options), scale: scale, growth: options.growth), pairs: pairs,
      packer: packer, bag: bag,
      features: features, shards: shards, tiles: tiles, parts: parts, goesLeft: goesLeft, pool: pool)
    return growth.run(threads: threads)
  }

  /// The rows of a leaf, ascending: shards deal rows by threads, on which no order may depend in which numbers are added.
  func rows(_ ranges: [Range<Int>]) -> [Int] {
    var rows: [Int] = []
    forEachEntries(ranges) { rows += $0.map { RowShard.row($0) } }
    return rows.sorted()
  }

  /// Writes the number of the leaf that each row has come to; rows outside the bag are left alone.
  func writeLeaves(_ ranges: [[Range<Int>]], to leaves: UnsafeMutablePointer<UInt16>) {
    nonisolated(unsafe) let (grower, leaves) = (self, leaves)
    forEachChunk(of: ranges.count, size: 1, threads: threads) { chunk in
      for leaf in chunk {
        grower.forEachEntries(ranges[leaf]) { entries in
          for entry in entries { leaves[RowShard.row(entry)] = UInt16(truncatingIfNeeded: leaf) }
        }
      }
    }
  }

  /// Calls `body` with the entries of a leaf's rows (``RowShard/entry(row:packed:)``), shard by shard.
  func forEachEntries(_ ranges: [Range<Int>], _ body: (UnsafeBufferPointer<UInt64>) -> Void) {
    for (shard, range) in zip(shards, ranges) where !range.isEmpty {
      body(UnsafeBufferPointer(start: shard.entries + range.lowerBound, count: range.count))
    }
  }
}

/// Rows are dealt to shards in blocks of this size, so that time-ordered data does not unbalance them.
let shardBlock = 4096
