import Compute

/// Binned features in two layouts: rows for gathering, columns for the root and for partitioning.
///
/// Rows are laid out by ``RowLayout`` and padded to a multiple of 8 bytes, so a row of 64 features is at most one cache line;
/// columns hold one byte a value. See Docs/Performance.md for what this buys.
package final class BinnedMatrix: Sendable {
  let rowCount: Int
  let featureCount: Int
  let mappers: [BinMapper]
  /// Where the bins of a row stand.
  package let layout: RowLayout
  /// `rows[row * layout.stride + layout.byte[feature]]`; written once in `init`, then only read.
  package nonisolated(unsafe) let rows: UnsafeMutablePointer<UInt8>
  /// `columns[feature * rowCount + row]`; written once in `init`, then only read.
  package nonisolated(unsafe) let columns: UnsafeMutablePointer<UInt8>

  /// The number of each feature among those whose bins need two bytes; nil for others.
  let wideNumbers: [Int?]
  /// `wideColumns[number * rowCount + row]`: bins of these features, whose byte elsewhere is the low one.
  package nonisolated(unsafe) let wideColumns: UnsafeMutablePointer<UInt16>

  /// The mapped file that both layouts stand in; nil where they have memory of their own.
  private let file: MappedFile?

  /// Bins a table with given mappers, in parallel over chunks of rows.
  package init(_ table: NumericTable, mappers: [BinMapper], threads: Int) {
    file = nil
    rowCount = table.rowCount
    self.mappers = mappers
    featureCount = mappers.count
    layout = RowLayout(mappers)
    rows = allocateLarge(UInt8.self, capacity: rowCount * layout.stride)
    columns = allocateLarge(UInt8.self, capacity: rowCount * mappers.count)
    wideNumbers = BinTables.wideNumbers(mappers)
    wideColumns = allocateLarge(UInt16.self, capacity: rowCount * wideNumbers.count { $0 != nil })
    let tables = BinTables(mappers, layout)
    nonisolated(unsafe) let rowBase = rows
    nonisolated(unsafe) let columnBase = columns
    nonisolated(unsafe) let wideBase = wideColumns
    let (rowCount, layout) = (rowCount, layout)
    // A block of rows stays in the first-level cache while its features are binned one after another; a chunk of blocks
    // is what one thread takes, and what a mapped table gives back when it is done.
    let block = table.isRowMajor ? max(64, 8192 / max(1, mappers.count)) : 1024
    let chunk = block * max(1, (4 << 20) / max(1, block * mappers.count))
    forEachChunk(of: rowCount, size: max(block, min(chunk, rowCount / (4 * threads))), threads: threads) { range in
      for start in Swift.stride(from: range.lowerBound, to: range.upperBound, by: block) {
        let part = start..<min(start + block, range.upperBound)
        tables.bin(
          table, part, rows: rowBase, layout, columns: columnBase, wideColumns: wideBase, columnStride: rowCount)
      }
      table.release(range)
    }
  }

  /// Room for rows that ``write(_:at:_:)`` brings later; every row must be written before bins are read.
  init(rowCount: Int, mappers: [BinMapper]) {
    file = nil
    self.rowCount = rowCount
    self.mappers = mappers
    featureCount = mappers.count
    layout = RowLayout(mappers)
    rows = allocateLarge(UInt8.self, capacity: rowCount * layout.stride)
    columns = allocateLarge(UInt8.self, capacity: rowCount * mappers.count)
    wideNumbers = BinTables.wideNumbers(mappers)
    wideColumns = allocateLarge(UInt16.self, capacity: rowCount * wideNumbers.count { $0 != nil })
  }

  /// The same bins, each feature in a byte of its own.
  init(unsharing other: BinnedMatrix) {
    file = nil
    (rowCount, mappers, featureCount) = (other.rowCount, other.mappers, other.featureCount)
    wideNumbers = other.wideNumbers
    layout = RowLayout(binCounts: mappers.map(\.binCount), shares: false)
    rows = allocateLarge(UInt8.self, capacity: rowCount * layout.stride)
    columns = allocateLarge(UInt8.self, capacity: rowCount * featureCount)
    columns.update(from: other.columns, count: rowCount * featureCount)
    let wide = rowCount * wideNumbers.count { $0 != nil }
    wideColumns = allocateLarge(UInt16.self, capacity: wide)
    wideColumns.update(from: other.wideColumns, count: wide)
    rows.update(repeating: 0, count: rowCount * layout.stride)
    for feature in mappers.indices {
      for row in 0..<rowCount {
        rows[row * layout.stride + layout.byte[feature]] = columns[feature * rowCount + row]
      }
    }
  }

  /// Writes the bins of some rows, while no other thread writes the same ones.
  ///
  /// - Parameters:
  ///   - table: The rows; columns as mappers.
  ///   - first: Where they belong; all of them must have room.
  ///   - tables: Bounds of the mappers.
  func write(_ table: NumericTable, at first: Int, _ tables: BinTables) {
    let block = 1024
    for start in Swift.stride(from: 0, to: table.rowCount, by: block) {
      tables.bin(
        table, start..<min(start + block, table.rowCount), rows: rows + first * layout.stride, layout,
        columns: columns + first, wideColumns: wideColumns + first, columnStride: rowCount)
    }
  }

  /// Takes bins that stand in a mapped file, which lives as long as they do.
  ///
  /// - Parameters:
  ///   - rows: Where the row-major bins start in the file.
  ///   - columns: Where the column-major ones do.
  ///   - wideColumns: Where those of two bytes do.
  init(_ file: MappedFile, rowCount: Int, mappers: [BinMapper], rows: Int, columns: Int, wideColumns: Int) {
    self.rowCount = rowCount
    self.mappers = mappers
    featureCount = mappers.count
    layout = RowLayout(mappers)
    let start = UnsafeMutableRawPointer(mutating: file.bytes.baseAddress!)
    self.rows = (start + rows).assumingMemoryBound(to: UInt8.self)
    self.columns = (start + columns).assumingMemoryBound(to: UInt8.self)
    self.wideColumns = (start + wideColumns).assumingMemoryBound(to: UInt16.self)
    wideNumbers = BinTables.wideNumbers(mappers)
    self.file = file
  }

  /// A feature whose bins cannot be: one of categories, or one that shares a byte, with a bin that there is not, or with a
  /// byte in the rows that says something else than its columns; nil where all are sound.
  ///
  /// Other bins always have room. Reads these features only; O(rows · their number), on all threads.
  var featureWithUnsoundBins: Int? {
    let (layout, rowCount, mappers, wideNumbers) = (layout, rowCount, mappers, wideNumbers)
    let groups = layout.groups.filter { $0.count > 1 || mappers[$0[0]].isCategorical }
    if groups.isEmpty { return nil }
    nonisolated(unsafe) let (rows, columns, wide) = (rows, columns, wideColumns)
    let block = 65_536
    let found = parallelMap(count: (rowCount + block - 1) / block, threads: WorkerPool.availableProcessors) { index in
      let range = index * block..<min((index + 1) * block, rowCount)
      var sums = [Int](repeating: 0, count: range.count)
      for group in groups {
        for place in sums.indices { sums[place] = 0 }
        for feature in group {
          let column = columns + (feature * rowCount + range.lowerBound)
          let (count, multiplier) = (mappers[feature].binCount, layout.multiplier[feature])
          var largest = 0
          for place in sums.indices {
            sums[place] &+= Int(column[place]) &* multiplier
            largest = max(largest, Int(column[place]))
          }
          if let number = wideNumbers[feature] {
            largest = range.reduce(0) { max($0, Int(wide[number * rowCount + $1])) }
          }
          if largest >= count { return Int?(feature) }
        }
        let bytes = rows + (range.lowerBound * layout.stride + layout.byte[group[0]])
        for place in sums.indices where sums[place] != Int(bytes[place &* layout.stride]) { return group[0] }
      }
      return nil
    }
    return found.compactMap { $0 }.first
  }

  /// The bin of a feature in a row.
  @inline(__always)
  func bin(of feature: Int, in row: Int) -> Int {
    if let number = wideNumbers[feature] { return Int(wideColumns[number * rowCount + row]) }
    return Int(columns[feature * rowCount + row])
  }

  deinit {
    if file != nil { return }
    deallocateLarge(rows)
    deallocateLarge(columns)
    deallocateLarge(wideColumns)
  }

  /// Finds the mappers of training data from a sample of its rows.
  package static func mappers(_ data: TrainingData, _ options: BoostingOptions, threads: Int) -> [BinMapper] {
    var random = LightGBMRandom(seed: 1)
    let sampled =
      data.rowCount > options.binConstructSampleCount
      ? random.sample(options.binConstructSampleCount, of: data.rowCount) : nil
    // Columns go in groups as wide as a cache line of floats: a sampled line is read once for all of them.
    let width = data.table.isRowMajor ? 16 : 1
    let groups = (data.featureCount + width - 1) / width
    let mappers = parallelMap(count: groups, threads: threads) { group in
      let features = group * width..<min((group + 1) * width, data.featureCount)
      return data.table.isSingle
        ? Self.mappers(of: features, data.table, sampled, options) { Float($0) }
        : Self.mappers(of: features, data.table, sampled, options) { $0 }
    }
    data.table.release(0..<data.rowCount)
    return mappers.flatMap { $0 }
  }

  /// The mappers of some features.
  private static func mappers<Value: BitwiseCopyable & BinaryFloatingPoint>(
    of features: Range<Int>, _ table: NumericTable, _ rows: [Int]?, _ options: BoostingOptions,
    _ value: (Double) -> Value
  ) -> [BinMapper] {
    let count = rows?.count ?? table.rowCount
    // The samples side by side; one at a time becomes an array, whose memory the next one takes again: new pages would cost
    // as much as the sorting.
    let samples = allocateLarge(Value.self, capacity: count * features.count)
    defer { deallocateLarge(samples) }
    for start in Swift.stride(from: 0, to: count, by: 64) {
      for (place, feature) in features.enumerated() {
        table.withColumn(feature) { view in
          for index in start..<min(start + 64, count) {
            samples[place * count + index] = value(view[rows?[index] ?? index])
          }
        }
      }
    }
    return features.enumerated().map { place, feature in
      let sample = UnsafeBufferPointer(start: samples + place * count, count: count).map { Double($0) }
      return mapper(feature, sample, options)
    }
  }

  private static func mapper(_ feature: Int, _ sample: [Double], _ options: BoostingOptions) -> BinMapper {
    if options.categoricalFeatures.contains(feature) {
      return options.growth == .levelwise
        ? CategoricalBins.xgboost(sample: sample)
        : CategoricalBins.lightGBM(sample: sample, maxBin: options.maxBin, minDataInBin: options.minDataInBin)
    }
    let limit = options.maxBinByFeature.isEmpty ? options.maxBin : options.maxBinByFeature[feature]
    return switch options.growth {
    case .leafwise, .symmetric:
      LightGBMBins.mapper(
        sample: sample, maxBin: limit, minDataInBin: options.minDataInBin,
        missing: !options.useMissing ? .none : options.zeroAsMissing ? .zero : .nan,
        forced: options.forcedBins[feature] ?? [])
    case .levelwise: XGBoostCuts.mapper(sample: sample, maxBin: limit)
    }
  }
}
