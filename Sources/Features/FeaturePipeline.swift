public import Compute
public import TickData

/// Computes a recipe's features of many symbols over batches of history, in parallel and in bounded memory.
///
/// Batches may cut a symbol's history anywhere: the state goes on, and every value is the same to the bit as
/// ``FeatureEngine`` gives tick by tick, whatever the batch size and the number of threads.
public struct FeaturePipeline: Sendable {
  /// What is computed.
  public let recipe: FeatureRecipe
  /// The columns of the tables it fills.
  public var columns: [FeatureColumn] { layout.columns }
  /// Symbols seen so far, in order of first appearance.
  public private(set) var symbols: [String] = []

  /// Rows computed together: the outputs of one kernel then stay in the second-level cache.
  private static let leastChunkRows = 2048
  /// Rows a fork of the threads: a bound of the memory for the rows brought together by symbol.
  private static let spanRows = 65_536

  private let layout: KernelLayout
  private let fresh: [any FeatureKernel]
  private var positions: [String: Int] = [:]
  /// The state of kernel k for symbol s is `states[k][s]`: threads own kernels, so they share no state.
  private var states: [[any FeatureKernel]]
  private var quotes: [StandingQuote] = []
  private var tickCounts: [Int] = []
  private var scratch = GroupedRows()

  /// Makes a pipeline that has seen nothing.
  public init(recipe: FeatureRecipe) {
    self.recipe = recipe
    fresh = recipe.makeKernels()
    layout = KernelLayout(recipe, fresh)
    states = fresh.map { _ in [] }
  }

  /// Computes the features of all trades of a batch and adds them to a table, in the order of the batch.
  ///
  /// - Parameters:
  ///   - batch: Rows in event order within each symbol; rows without a price change the standing quote only.
  ///   - table: A table of this pipeline's ``columns``.
  ///   - threads: Threads to use, at least 1.
  /// - Throws: ``FeatureError`` with code `invalidTick` naming symbol and time of a row no feature is defined for, or
  ///   `shapeMismatch` if the table has other columns. The pipeline must not be used after an error.
  /// - Complexity: O(rows · columns) time; memory beyond the table does not grow with the batch.
  public mutating func process(
    _ batch: TickBatch, into table: inout FeatureTable, threads: Int = WorkerPool.availableProcessors
  ) throws(FeatureError) {
    guard table.columns == columns else {
      throw FeatureError(
        .shapeMismatch, "the table has \(counted(table.columns.count, "column")), other ones than the pipeline's")
    }
    let places = batch.symbols.map { place(of: $0) }
    table.symbols = symbols
    var start = 0
    while start < batch.count {
      let end = min(start + Self.spanRows, batch.count)
      scratch.removeAll(for: end - start)
      // With many symbols more rows at once: a symbol's rows are computed in one go, and each go has its cost.
      let chunkRows = max(Self.leastChunkRows, 16 * symbols.count)
      for first in stride(from: start, to: end, by: chunkRows) {
        try scratch.gather(
          batch, first..<min(first + chunkRows, end), places: places, symbolCount: symbols.count,
          firstRow: table.rowCount, quotes: &quotes)
      }
      scratch.appendKeys(to: &table)
      runKernels(&table, threads)
      for group in scratch.groups { tickCounts[group.symbol] += group.count }
      start = end
    }
  }

  /// The engine of a symbol in its present state, to go on live where history ends; nil for an unknown symbol.
  public func engine(for symbol: String) -> FeatureEngine? {
    guard let place = positions[symbol] else { return nil }
    return FeatureEngine(
      recipe: recipe, kernels: states.map { $0[place] }, quote: quotes[place], tickCount: tickCounts[place])
  }

  private mutating func place(of symbol: String) -> Int {
    if let place = positions[symbol] { return place }
    positions[symbol] = symbols.count
    symbols.append(symbol)
    quotes.append(StandingQuote())
    tickCounts.append(0)
    for k in 0..<states.count { states[k].append(fresh[k]) }
    return symbols.count - 1
  }

  private mutating func runKernels(_ table: inout FeatureTable, _ threads: Int) {
    guard scratch.count > 0 else { return }
    let offsets = layout.offsets(capacity: table.capacity)
    let groups = scratch.groups
    scratch.withInput { input, rows in
      table.values.withUnsafeMutableBufferPointer { values in
        states.withUnsafeMutableBufferPointer { states in
          // Each kernel writes its own columns and its own states only; nothing outlives the loop.
          nonisolated(unsafe) let states = states
          nonisolated(unsafe) let base = values.baseAddress!
          nonisolated(unsafe) let input = input
          nonisolated(unsafe) let rows = rows
          forEachChunk(of: states.count, size: 1, threads: threads) { range in
            for k in range {
              offsets[k].withUnsafeBufferPointer { offsets in
                let output = KernelOutput(base: base, offsets: offsets.baseAddress!)
                for group in groups {
                  states[k][group.symbol].run(
                    input.advanced(by: group.start), count: group.count, output, rows: rows + group.start)
                }
              }
            }
          }
        }
      }
    }
  }
}

/// The trades of a span of chunks, within each chunk brought together by symbol, with the standing quote filled in.
private struct GroupedRows: Sendable {
  struct Group {
    var symbol: Int
    var start: Int
    var count: Int
  }

  private(set) var groups: [Group] = []
  private(set) var count = 0
  private var capacity = 0
  /// Sections of `capacity`: prices, sizes, bids, asks, bid sizes and ask sizes by symbol, then prices by row.
  private var numbers: [Double] = []
  /// Times by symbol, then by row.
  private var times: [Int64] = []
  /// Rows by symbol, then symbols by row.
  private var places: [Int32] = []
  private var next: [Int] = []

  /// Starts a span of at most `rows` rows.
  mutating func removeAll(for rows: Int) {
    groups.removeAll(keepingCapacity: true)
    count = 0
    guard rows > capacity else { return }
    capacity = rows
    numbers = [Double](repeating: 0, count: 7 * rows)
    times = [Int64](repeating: 0, count: 2 * rows)
    places = [Int32](repeating: 0, count: 2 * rows)
  }

  /// Adds a chunk; `firstRow` is the table's row of the span's first trade.
  mutating func gather(
    _ batch: TickBatch, _ range: Range<Int>, places symbolPlaces: [Int], symbolCount: Int, firstRow: Int,
    quotes: inout [StandingQuote]
  ) throws(FeatureError) {
    let columns = batch.columns
    let first = count
    next = [Int](repeating: 0, count: symbolCount)
    for row in range where !columns.prices[row].isNaN {
      next[symbolPlaces[Int(batch.symbolIndices[row])]] += 1
      count += 1
    }
    var start = first
    for symbol in 0..<symbolCount where next[symbol] > 0 {
      groups.append(Group(symbol: symbol, start: start, count: next[symbol]))
      let size = next[symbol]
      next[symbol] = start
      start += size
    }
    var output = first
    try withBuffers { (numbers, times, places, next) throws(FeatureError) in
      let capacity = places.count / 2
      for row in range {
        let price = columns.prices[row]
        let size = columns.sizes[row]
        let symbol = symbolPlaces[Int(batch.symbolIndices[row])]
        let (bid, ask) = (columns.bids[row], columns.asks[row])
        let (bidSize, askSize) = (columns.bidSizes[row], columns.askSizes[row])
        if let problem = tickProblem(
          price: price, size: size, bid: bid, ask: ask, bidSize: bidSize, askSize: askSize)
        {
          throw FeatureError(
            .invalidTick,
            "a tick of '\(batch.symbols[Int(batch.symbolIndices[row])])' at \(columns.times[row]) has \(problem)")
        }
        quotes[symbol].update(bid, ask, bidSize, askSize)
        guard !price.isNaN else { continue }
        let quote = quotes[symbol]
        let place = next[symbol]
        next[symbol] = place + 1
        numbers[place] = price
        numbers[capacity + place] = size.isNaN ? 0 : size
        numbers[2 * capacity + place] = quote.bid
        numbers[3 * capacity + place] = quote.ask
        numbers[4 * capacity + place] = quote.bidSize
        numbers[5 * capacity + place] = quote.askSize
        numbers[6 * capacity + output] = price
        times[place] = columns.times[row]
        times[capacity + output] = columns.times[row]
        places[place] = Int32(firstRow + output)
        places[capacity + output] = Int32(symbol)
        output += 1
      }
    }
  }

  /// Adds symbol, time and price of the trades to the table, in their order in the batch.
  func appendKeys(to table: inout FeatureTable) {
    let needed = table.rowCount + count
    if needed > table.capacity { table.reserveCapacity(max(needed, table.capacity * 2)) }
    table.symbolIndices += places[capacity..<capacity + count]
    table.times += times[capacity..<capacity + count]
    table.prices += numbers[6 * capacity..<6 * capacity + count]
  }

  func withInput(_ body: (KernelInput, UnsafePointer<Int32>) -> Void) {
    numbers.withUnsafeBufferPointer { numbers in
      times.withUnsafeBufferPointer { times in
        places.withUnsafeBufferPointer { places in
          let base = numbers.baseAddress!
          let input = KernelInput(
            times: times.baseAddress!, prices: base, sizes: base + capacity, bids: base + 2 * capacity,
            asks: base + 3 * capacity, bidSizes: base + 4 * capacity, askSizes: base + 5 * capacity)
          body(input, places.baseAddress!)
        }
      }
    }
  }

  /// Lends the storage for writing; indices into it are not checked in release mode, so that a row costs little.
  private mutating func withBuffers(
    _ body: (
      UnsafeMutableBufferPointer<Double>, UnsafeMutableBufferPointer<Int64>, UnsafeMutableBufferPointer<Int32>,
      UnsafeMutableBufferPointer<Int>
    ) throws(FeatureError) -> Void
  ) throws(FeatureError) {
    try numbers.withUnsafeMutableBufferPointer { (numbers) throws(FeatureError) in
      try times.withUnsafeMutableBufferPointer { (times) throws(FeatureError) in
        try places.withUnsafeMutableBufferPointer { (places) throws(FeatureError) in
          try next.withUnsafeMutableBufferPointer { (next) throws(FeatureError) in
            try body(numbers, times, places, next)
          }
        }
      }
    }
  }
}

extension KernelInput {
  /// The same columns from row `count` on.
  func advanced(by count: Int) -> KernelInput {
    KernelInput(
      times: times + count, prices: prices + count, sizes: sizes + count, bids: bids + count, asks: asks + count,
      bidSizes: bidSizes + count, askSizes: askSizes + count)
  }
}

extension FeatureRecipe {
  /// The features of a whole table of ticks, symbol after symbol: one row a trade.
  ///
  /// - Throws: ``FeatureError`` with code `invalidTick` naming a row that no feature is defined for.
  public func features(
    of ticks: TickTable, threads: Int = WorkerPool.availableProcessors
  ) throws(FeatureError) -> FeatureTable {
    var pipeline = FeaturePipeline(recipe: self)
    var table = FeatureTable(columns: columns)
    table.reserveCapacity(ticks.series.reduce(0) { $0 + $1.columns.prices.count { !$0.isNaN } })
    for series in ticks.series {
      let batch: TickBatch
      do {
        batch = try TickBatch(
          symbols: [series.symbol], symbolIndices: [Int32](repeating: 0, count: series.count),
          columns: series.columns)
      } catch {
        throw FeatureError(.shapeMismatch, error.message)
      }
      try pipeline.process(batch, into: &table, threads: threads)
    }
    return table
  }
}
