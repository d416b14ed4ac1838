import Compute

/// One tree while it grows: what the threads share, and the steps between their barriers.
///
/// `@unchecked Sendable`: between two barriers a thread writes only its own shards, its own feature blocks of the
/// histograms, its own part, its own room in `apart` and its own slots of `leftCounts`, `shardSums` and `found`; everything
/// else is written by thread 0 alone while the others wait.
final class TreeGrowth: @unchecked Sendable {
  let matrix: BinnedMatrix
  let options: BoostingOptions
  let shapes: [MapperShape]
  let finder: SplitFinder
  private let pairs: UnsafePointer<GradientPair>
  private let packer: GradientScale.Packer
  private let bag: [UInt32]?
  let features: NodeFeatures
  let shards: [RowShard]
  private let tiles: [UnsafeMutablePointer<UInt64>]
  private let parts: [UnsafeMutablePointer<Int64>]
  let goesLeft: UnsafeMutablePointer<UInt8>
  let layout: HistogramLayout
  private let apart: UnsafeMutablePointer<Int64>
  private let categories: CategoricalFinder
  let pool: HistogramPool

  // Written by the thread that owns the slot.
  private let leftCounts: UnsafeMutablePointer<Int>
  let shardSums: UnsafeMutablePointer<Int64>
  let shardRows: UnsafeMutablePointer<Int>
  let found: UnsafeMutablePointer<Split>

  // Written by thread 0 between barriers.
  var queue: GrowthQueue
  /// The leaves of a symmetric tree that wait for their level's split, and whether it is looked for now.
  var level: [OpenLeaf] = []
  var searchesLevel = false
  /// Leaves whose bounds have changed, to be searched again.
  var stale: [OpenLeaf] = []
  var current: OpenLeaf?
  var spare: UnsafeMutablePointer<Int64>?
  var splitsChildren = false
  /// The features that the two children of the current leaf, or the root, may split.
  var childFeatures: ([Bool], [Bool]) = ([], [])
  var isDone = false
  var tree = Tree(constant: 0)
  var bins: [UInt8] = []
  var finished: [OpenLeaf] = []
  var leafCount = 1

  init(
    matrix: BinnedMatrix, options: BoostingOptions, shapes: [MapperShape], finder: SplitFinder,
    pairs: UnsafePointer<GradientPair>, packer: GradientScale.Packer, bag: [UInt32]?, features: NodeFeatures,
    shards: [RowShard],
    tiles: [UnsafeMutablePointer<UInt64>], parts: [UnsafeMutablePointer<Int64>],
    goesLeft: UnsafeMutablePointer<UInt8>, pool: HistogramPool
  ) {
    self.matrix = matrix
    self.options = options
    self.shapes = shapes
    self.finder = finder
    self.pairs = pairs
    self.packer = packer
    self.bag = bag
    self.features = features
    self.shards = shards
    self.tiles = tiles
    self.parts = parts
    self.goesLeft = goesLeft
    layout = pool.layout
    categories = CategoricalFinder(rules: finder.rules, scale: finder.scale, options: options)
    self.pool = pool
    queue = GrowthQueue(options.growth)
    leftCounts = .allocate(capacity: shards.count)
    shardSums = .allocate(capacity: shards.count)
    shardRows = .allocate(capacity: shards.count)
    apart = .allocate(capacity: HistogramReader.scratchCapacity(pool.layout) * shards.count)
    found = .allocate(capacity: 2 * shards.count)
    found.initialize(repeating: Split(), count: 2 * shards.count)
  }

  deinit {
    leftCounts.deallocate()
    shardSums.deallocate()
    shardRows.deallocate()
    apart.deallocate()
    found.deinitialize(count: 2 * shards.count)
    found.deallocate()
  }

  /// Grows the tree on `threads` threads; there is one shard a thread.
  func run(threads: Int) -> TreeGrower.Result {
    let barrier = SpinBarrier(count: max(1, threads))
    WorkerPool.shared.run(threads: threads) { [self] index, count in
      // Inside another parallel loop only one thread is given, which then does the work of all.
      work(index, count, count == threads ? barrier : SpinBarrier(count: 1))
    }
    return finish()
  }

  private func work(_ index: Int, _ count: Int, _ barrier: SpinBarrier) {
    let own = layout.blocks * index / count..<layout.blocks * (index + 1) / count
    for shard in stride(from: index, to: shards.count, by: count) { fill(shard) }
    barrier.wait()
    if index == 0 { startRoot() }
    barrier.wait()
    if splitsChildren, let root = current {
      let sharesRows = sharesRows(root, count)
      if sharesRows {
        buildPart(root, index, count)
        barrier.wait()
      }
      searchRoot(root, own, index, parts: sharesRows ? count : 0)
    }
    barrier.wait()
    if index == 0 { takeRoot(searchers: count) }
    while true {
      barrier.wait()
      if searchesLevel {
        searchLevel(own, index)
        barrier.wait()
        if index == 0 { takeLevel(searchers: count) }
        continue
      }
      if !stale.isEmpty {
        searchAgain(own, index, count, barrier)
        continue
      }
      guard !isDone, let leaf = current else { return }
      for shard in stride(from: index, to: shards.count, by: count) {
        leftCounts[shard] = partition(leaf, shard)
      }
      barrier.wait()
      let (left, right) = children(of: leaf)
      if splitsChildren {
        let small = left.rows <= right.rows ? left : right
        let sharesRows = sharesRows(small, count)
        if sharesRows {
          buildPart(small, index, count)
          barrier.wait()
        }
        search(left, right, own, index, parts: sharesRows ? count : 0)
      }
      barrier.wait()
      if index == 0 { takeChildren(left, right, searchers: count) }
    }
  }

  /// Searches the leaves whose bounds have changed, one after another.
  private func searchAgain(_ own: Range<Int>, _ index: Int, _ count: Int, _ barrier: SpinBarrier) {
    for place in stale.indices {
      found[2 * index] = best(stale[place], own, index, stale[place].chosen, node: stale[place].node)
      barrier.wait()
      if index == 0 { stale[place].best = merged(count, child: 0) }
      barrier.wait()
    }
    if index == 0 {
      for leaf in stale { settle(leaf) }
      stale = []
      next()
    }
  }

  // MARK: - Steps of every thread

  /// Deals this shard's rows: every block of rows whose number modulo the shards is this shard's.
  private func fill(_ number: Int) {
    let shard = shards[number]
    let total = bag?.count ?? matrix.rowCount
    var filled = 0
    var sum: Int64 = 0
    for block in stride(from: number, to: (total + shardBlock - 1) / shardBlock, by: shards.count) {
      let part = block * shardBlock..<min((block + 1) * shardBlock, total)
      sum &+= deal(part, to: shard.entries + filled)
      filled += part.count
    }
    shardRows[number] = filled
    shardSums[number] = sum
  }

  /// Writes the entries of a block of rows, or of the bag's rows at these places; returns the sum of their pairs.
  private func deal(_ part: Range<Int>, to entries: UnsafeMutablePointer<UInt64>) -> Int64 {
    let (pairs, packer) = (pairs, packer)
    var sum: Int64 = 0
    @inline(__always)
    func put(_ row: Int, _ place: Int, _ packed: UInt32) {
      entries[place] = RowShard.entry(row: UInt32(truncatingIfNeeded: row), packed: packed)
      sum &+= widened(packed)
    }
    if let bag {
      for (place, index) in part.enumerated() {
        let row = Int(bag[index])
        put(row, place, packer.packed(pairs[row], row: row))
      }
    } else if packer.isStochastic {
      for (place, row) in part.enumerated() { put(row, place, packer.random(pairs[row], row: row)) }
    } else {
      return packer.nearest(pairs, part, into: entries)
    }
    return sum
  }

  private func partition(_ leaf: OpenLeaf, _ shard: Int) -> Int {
    let (range, feature) = (leaf.ranges[shard], leaf.best.feature)
    if let number = matrix.wideNumbers[feature] {
      return shards[shard].partition(
        range, column: UnsafePointer(matrix.wideColumns + number * matrix.rowCount), goesLeft: goesLeft)
    }
    return shards[shard].partition(
      range, column: UnsafePointer(matrix.columns + feature * matrix.rowCount), goesLeft: goesLeft)
  }

  /// Whether threads share the rows of a leaf rather than its features.
  private func sharesRows(_ leaf: OpenLeaf, _ count: Int) -> Bool { count > 1 && leaf.rows >= rowsWorthSharing * count }

  private func searchRoot(_ leaf: OpenLeaf, _ own: Range<Int>, _ index: Int, parts count: Int) {
    guard let histogram = leaf.histogram else { return }
    sumUp(leaf, own, index, parts: count)
    for place in layout.members(of: own) { histogram[layout.length + place] = 1 }
    found[2 * index] = best(leaf, own, index, childFeatures.0, node: 0)
  }

  /// Adds this thread's shards of a large leaf to its own part of the sums: so each row's bins are read by one thread
  /// only, where reading them is what takes the time.
  private func buildPart(_ leaf: OpenLeaf, _ index: Int, _ count: Int) {
    let part = parts[index]
    let blocks = 0..<layout.blocks
    clear(part, blocks)
    for shard in stride(from: index, to: shards.count, by: count) { build(leaf, shard, blocks, index, into: part) }
  }

  /// Builds the smaller child, takes it from the parent to get the larger, and searches both while they are at hand.
  ///
  /// - Parameters:
  ///   - parts: How many threads' parts the smaller child's sums stand in; 0 if they are yet to be built.
  private func search(_ left: OpenLeaf, _ right: OpenLeaf, _ own: Range<Int>, _ index: Int, parts count: Int) {
    let small = left.rows <= right.rows ? left : right
    let large = left.rows <= right.rows ? right : left
    guard let smallSums = small.histogram, let largeSums = large.histogram else { return }
    sumUp(small, own, index, parts: count)
    for places in layout.places(own) {
      for place in places { largeSums[place] &-= smallSums[place] }
    }
    // What the parent could not be split by, its children are not split by either: the larger stands in its place.
    let members = layout.members(of: own)
    let flags = layout.length + members.lowerBound
    (smallSums + flags).update(from: largeSums + flags, count: members.count)
    found[2 * index] = maySplit(left) ? best(left, own, index, childFeatures.0, node: 2 * leafCount) : Split()
    found[2 * index + 1] = maySplit(right) ? best(right, own, index, childFeatures.1, node: 2 * leafCount + 1) : Split()
  }

  /// Brings a leaf's sums of this thread's blocks together: from the threads' parts, or from the rows if there are none.
  private func sumUp(_ leaf: OpenLeaf, _ own: Range<Int>, _ index: Int, parts count: Int) {
    guard let sums = leaf.histogram else { return }
    if count == 0 {
      clear(sums, own)
      build(leaf, own, index)
      return
    }
    for places in layout.places(own) {
      (sums + places.lowerBound).update(from: parts[0] + places.lowerBound, count: places.count)
      for part in parts[1..<count] {
        for place in places { sums[place] &+= part[place] }
      }
    }
  }

  private func clear(_ histogram: UnsafeMutablePointer<Int64>, _ own: Range<Int>) {
    for places in layout.places(own) { (histogram + places.lowerBound).update(repeating: 0, count: places.count) }
  }

  private func build(_ leaf: OpenLeaf, _ own: Range<Int>, _ index: Int) {
    guard let histogram = leaf.histogram, !own.isEmpty else { return }
    for shard in shards.indices { build(leaf, shard, own, index, into: histogram) }
  }

  private func build(
    _ leaf: OpenLeaf, _ number: Int, _ own: Range<Int>, _ index: Int, into histogram: UnsafeMutablePointer<Int64>
  ) {
    let (shard, range) = (shards[number], leaf.ranges[number])
    if range.isEmpty { return }
    accumulateRows(
      matrix.rows, matrix.layout, blocks: own, entries: shard.entries + range.lowerBound, count: range.count,
      into: histogram, tile: tiles[index])
    for feature in layout.wide where own.contains(matrix.layout.byte[feature] / 8) {
      guard let wide = matrix.wideNumbers[feature], let start = layout.wideStarts[feature] else { continue }
      accumulateColumn(
        UnsafePointer(matrix.wideColumns + wide * matrix.rowCount), entries: shard.entries + range.lowerBound,
        count: range.count, into: histogram + start)
    }
  }

  private func best(_ leaf: OpenLeaf, _ own: Range<Int>, _ index: Int, _ chosen: [Bool], node: Int) -> Split {
    guard let histogram = leaf.histogram, options.growth != .symmetric else { return Split() }
    var best = Split()
    var bounds = leaf.bounds
    bounds.parent = leaf.output
    var totals = finder.totals(sum: leaf.sum, rows: leaf.rows, bounds: bounds)
    var reader = HistogramReader(layout, histogram, scratch: scratch(index))
    for place in layout.members(of: own) {
      let feature = layout.members[place].feature
      if !chosen[feature] { continue }
      if options.extraTrees { totals.onlyBin = features.onlyBin(node: node, feature: feature, shape: shapes[feature]) }
      // LightGBM's rule; XGBoost looks at every feature in every node.
      if options.growth == .leafwise, !reader.isSplittable(place) { continue }
      let sums = reader.sums(of: place)
      var (split, isSplittable) =
        shapes[feature].categories > 0
        ? categories.best(sums, count: shapes[feature].categories + 1, totals, feature: feature)
        : finder.best(sums, shapes[feature], totals, feature: feature, over: best.gain)
      reader.mark(place, isSplittable: isSplittable)
      if !finder.rules.monotone.isEmpty, finder.rules.monotone[feature] != 0 {
        split.gain *= finder.rules.monotoneFactor(depth: leaf.depth)
      }
      if split.isBetter(than: best) { best = split }
    }
    return best
  }

  /// A thread's room for the sums of features that share a byte.
  func scratch(_ index: Int) -> UnsafeMutablePointer<Int64> {
    apart + index * HistogramReader.scratchCapacity(layout)
  }

  /// The two children of a leaf that has just been partitioned; every thread computes the same.
  private func children(of leaf: OpenLeaf) -> (OpenLeaf, OpenLeaf) {
    var left = leaf
    var right = leaf
    let node = bins.count - 1
    left.rows = 0
    for shard in shards.indices {
      let middle = leaf.ranges[shard].lowerBound + leftCounts[shard]
      left.ranges[shard] = leaf.ranges[shard].lowerBound..<middle
      right.ranges[shard] = middle..<leaf.ranges[shard].upperBound
      left.rows += leftCounts[shard]
    }
    right.rows = leaf.rows - left.rows
    left.sum = leaf.best.left
    right.sum = leaf.sum &- leaf.best.left
    (left.depth, right.depth) = (leaf.depth + 1, leaf.depth + 1)
    (left.parent, right.parent) = (node, node)
    (left.isLeftChild, right.isLeftChild) = (true, false)
    right.number = leafCount - 1
    (left.best, right.best) = (Split(), Split())
    if finder.rules.isBounded { bound(&left, &right, by: leaf) }
    if isIntermediate {
      if shapes[leaf.best.feature].categories == 0 {
        leaf.narrow(&left, &right, shapes[leaf.best.feature])
      }
      (left.chosen, left.node) = (childFeatures.0, 2 * leafCount)
      (right.chosen, right.node) = (childFeatures.1, 2 * leafCount + 1)
    }
    (left.bounds.extraL2, right.bounds.extraL2) = (leaf.best.extraL2, leaf.best.extraL2)
    if !options.interactionConstraints.isEmpty {
      left.path.append(leaf.best.feature)
      right.path.append(leaf.best.feature)
    }
    if left.rows <= right.rows {
      (left.histogram, right.histogram) = (spare, leaf.histogram)
    } else {
      (left.histogram, right.histogram) = (leaf.histogram, spare)
    }
    return (left, right)
  }

  /// Hands the values and bounds of a split on to its two sides.
  private func bound(_ left: inout OpenLeaf, _ right: inout OpenLeaf, by leaf: OpenLeaf) {
    (left.output, right.output) = (leaf.best.leftOutput, leaf.best.rightOutput)
    (left.bounds.parent, right.bounds.parent) = (leaf.output, leaf.output)
    let direction = finder.rules.monotone.isEmpty ? 0 : finder.rules.monotone[leaf.best.feature]
    let middle = (left.output + right.output) / 2
    // What the left side must not pass, and the right one.
    let (forLeft, forRight) = isIntermediate ? (right.output, left.output) : (middle, middle)
    if direction > 0 {
      left.bounds.upper = min(left.bounds.upper, forLeft)
      right.bounds.lower = max(right.bounds.lower, forRight)
    } else if direction < 0 {
      left.bounds.lower = max(left.bounds.lower, forLeft)
      right.bounds.upper = min(right.bounds.upper, forRight)
    }
  }
}

/// Rows of a leaf a thread from which threads share its rows rather than its features: fewer are in cache anyway, and
/// do not pay for putting the parts together.
private let rowsWorthSharing = 4096
