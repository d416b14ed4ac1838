import Features
import Foundation
import TestSupport
import Testing
import TickData

@Suite("One definition for history and live") struct ParityTests {
  private func ticks(_ rows: Int = 6000, symbols: Int = 3) throws -> TickBatch {
    var options = MarketOptions()
    options.ticks = rows
    options.symbols = symbols
    var batch = TickBatch()
    // Quotes and trades in rows of their own for a part, as feeds have them; a tick without a time; sizes missing.
    for (row, tick) in rowsOf(TickBatch(merging: try SyntheticMarket(options).ticks())).enumerated() {
      var trade = tick
      if row % 3 == 0 {
        var quote = tick
        (quote.price, quote.size) = (.nan, .nan)
        batch.append(quote)
        (trade.bid, trade.ask, trade.bidSize, trade.askSize) = (.nan, .nan, .nan, .nan)
      }
      if row % 97 == 0 { trade.time = Tick.noTime }
      if row % 89 == 0 { trade.size = .nan }
      batch.append(trade)
    }
    return batch
  }

  private func rowsOf(_ batch: TickBatch) -> [Tick] { (0..<batch.count).map { batch[$0] } }

  private func streamed(_ batch: TickBatch, _ recipe: FeatureRecipe) throws -> FeatureTable {
    var engines: [String: FeatureEngine] = [:]
    var table = FeatureTable(columns: recipe.columns)
    for tick in rowsOf(batch) {
      var engine = engines[tick.symbol] ?? FeatureEngine(recipe: recipe)
      if try engine.update(tick) { table.append(tick, engine.row) }
      engines[tick.symbol] = engine
    }
    return table
  }

  private func expectSameBits(_ a: FeatureTable, _ b: FeatureTable) {
    #expect(a.rowCount == b.rowCount)
    #expect(a.times == b.times)
    for (index, column) in a.columns.enumerated() {
      #expect(isSameBits(a.column(index), b.column(index)), "\(column.name)")
    }
  }

  @Test("batch equals tick by tick to the bit, for any batch size and thread count", arguments: [1, 2, 5])
  func batchIsStream(threads: Int) throws {
    let batch = try ticks()
    let recipe = try FeatureRecipe(calendar: .nse)
    let expected = try streamed(batch, recipe)
    for size in [1, 777, 100_000] where size > 1 || threads == 1 {
      var pipeline = FeaturePipeline(recipe: recipe)
      var table = FeatureTable(columns: recipe.columns)
      var start = 0
      while start < batch.count {
        let rows = Array(start..<min(start + size, batch.count))
        let part = try TickBatch(
          symbols: batch.symbols, symbolIndices: rows.map { batch.symbolIndices[$0] },
          columns: batch.columns.selecting(rows))
        try pipeline.process(part, into: &table, threads: threads)
        start += size
      }
      expectSameBits(table, expected)
    }
  }

  @Test("a prefix of history gives the same values: nothing looks ahead")
  func prefix() throws {
    let recipe = try FeatureRecipe(calendar: .nse)
    let batch = try ticks(3000, symbols: 1)
    let whole = try streamed(batch, recipe)
    for length in [1, 60, 1500] {
      let rows = Array(0..<length)
      let part = try TickBatch(
        symbols: batch.symbols, symbolIndices: rows.map { batch.symbolIndices[$0] },
        columns: batch.columns.selecting(rows))
      let table = try streamed(part, recipe)
      for column in table.columns.indices {
        #expect(isSameBits(table.column(column), Array(whole.column(column).prefix(table.rowCount))))
      }
    }
  }

  @Test("a copy of an engine does not see the ticks that the engine takes")
  func copies() throws {
    let rows = rowsOf(try ticks(600, symbols: 1))
    var engine = FeatureEngine(recipe: try FeatureRecipe(calendar: .nse))
    for tick in rows[..<300] { _ = try engine.update(tick) }
    var copy = engine
    let saved = try copy.savedState()
    for tick in rows[300...] { _ = try engine.update(tick) }
    #expect(try copy.savedState() == saved)
    for tick in rows[300...] { _ = try copy.update(tick) }
    #expect(isSameBits(Array(engine.row), Array(copy.row)))
  }

  @Test("an engine restored in mid-stream goes on with the same bits", arguments: [0, 7, 33, 1999])
  func savedState(cut: Int) throws {
    let recipe = try FeatureRecipe(calendar: .nse)
    let rows = rowsOf(try ticks(3000, symbols: 1))
    var engine = FeatureEngine(recipe: recipe)
    for tick in rows[..<cut] { _ = try engine.update(tick) }
    var restored = try FeatureEngine(savedState: engine.savedState())
    #expect(isSameBits(Array(engine.row), Array(restored.row)))
    for tick in rows[cut...] {
      let isNew = try engine.update(tick)
      #expect(try restored.update(tick) == isNew)
      #expect(isSameBits(Array(engine.row), Array(restored.row)))
    }
    #expect(restored.tickCount == engine.tickCount)
  }

  @Test("history hands over to a live engine")
  func handOver() throws {
    let recipe = try FeatureRecipe(calendar: .nse)
    let batch = try ticks(2000, symbols: 2)
    let half = batch.count / 2
    var pipeline = FeaturePipeline(recipe: recipe)
    var table = FeatureTable(columns: recipe.columns)
    let rows = Array(0..<half)
    try pipeline.process(
      TickBatch(
        symbols: batch.symbols, symbolIndices: rows.map { batch.symbolIndices[$0] },
        columns: batch.columns.selecting(rows)), into: &table)
    var engine = try #require(pipeline.engine(for: "SYM001"))
    let whole = try streamed(batch, recipe)
    let symbol = try #require(whole.symbols.firstIndex(of: "SYM001"))
    var expected = whole.symbolIndices.indices.filter { whole.symbolIndices[$0] == Int32(symbol) }[...]
    expected = expected.dropFirst(engine.tickCount)
    for row in half..<batch.count where batch[row].symbol == "SYM001" {
      guard try engine.update(batch[row]) else { continue }
      let next = expected.popFirst()
      let place = try #require(next)
      #expect(isSameBits(Array(engine.row), whole.columns.indices.map { whole[place, $0] }))
    }
    #expect(expected.isEmpty)
    #expect(pipeline.engine(for: "nobody") == nil)
  }

  /// One to six windows: full groups of four, and groups that are filled up.
  @Test(
    "any number of lookbacks: batch is stream, and states are restored",
    arguments: [[7], [3, 40], [2, 5, 9, 20, 33, 64]])
  func lookbacks(_ lookbacks: [Int]) throws {
    let recipe = try FeatureRecipe(lookbacks: lookbacks, calendar: .nse)
    let batch = try ticks(1500, symbols: 2)
    var pipeline = FeaturePipeline(recipe: recipe)
    var table = FeatureTable(columns: recipe.columns)
    try pipeline.process(batch, into: &table, threads: 2)
    expectSameBits(table, try streamed(batch, recipe))
    #expect(Set(recipe.columnNames).count == recipe.columnNames.count)
    var engine = try #require(pipeline.engine(for: batch.symbols[0]))
    var restored = try FeatureEngine(savedState: engine.savedState())
    for tick in rowsOf(try ticks(200, symbols: 1)) {
      _ = try engine.update(tick)
      _ = try restored.update(tick)
      #expect(isSameBits(Array(engine.row), Array(restored.row)))
    }
    // The means of lanes are those of the indicator.
    let symbol = try #require(table.symbols.firstIndex(of: batch.symbols[0]))
    let rows = (0..<table.rowCount).filter { table.symbolIndices[$0] == Int32(symbol) }
    for n in lookbacks {
      let column = try #require(table.column(named: "ema_\(n)"))
      let expected = try EMA(timePeriod: n).values(over: rows.map { table.prices[$0] })
      #expect(isSameBits(rows.map { column[$0] }, expected))
    }
  }

  @Test("a batch of more rows than are computed at once")
  func longBatch() throws {
    let recipe = try FeatureRecipe(
      lookbacks: [5], calendar: .nse, selection: ["price_mean_5", "return_5", "vwap_5", "rsi_14", "minute"])
    let batch = try ticks(150_000, symbols: 3)
    var pipeline = FeaturePipeline(recipe: recipe)
    var table = FeatureTable(columns: recipe.columns)
    try pipeline.process(batch, into: &table, threads: 2)
    expectSameBits(table, try streamed(batch, recipe))
  }

  @Test("damaged states are refused")
  func damaged() throws {
    let engine = FeatureEngine(recipe: try FeatureRecipe())
    var data = try engine.savedState()
    #expect(throws: FeatureError.self) { try FeatureEngine(savedState: data.dropLast(20)) }
    data[data.count / 2] = data[data.count / 2] == 65 ? 66 : 65
    #expect(throws: (any Error).self) { try FeatureEngine(savedState: data) }
  }

  @Test("a selection gives its columns in its order")
  func selection() throws {
    let batch = try ticks(500, symbols: 1)
    let all = try streamed(batch, try FeatureRecipe())
    let some = try streamed(batch, try FeatureRecipe(selection: ["spread", "rsi_14", "vwap_5"]))
    #expect(some.columns.map(\.name) == ["spread", "rsi_14", "vwap_5"])
    for name in ["spread", "rsi_14", "vwap_5"] {
      #expect(isSameBits(try #require(some.column(named: name)), try #require(all.column(named: name))))
    }
  }

  @Test("ticks no feature is defined for are refused and change nothing", arguments: [-1, 0, Double.infinity])
  func invalidPrice(_ price: Double) throws {
    var engine = FeatureEngine(recipe: try FeatureRecipe())
    _ = try engine.update(Tick(symbol: "A", time: 0, price: 10, size: 1))
    let before = Array(engine.row)
    #expect(throws: FeatureError.self) { try engine.update(Tick(symbol: "A", time: 1, price: price, size: 1)) }
    #expect(throws: FeatureError.self) { try engine.update(Tick(symbol: "A", time: 1, price: 10, size: -1)) }
    #expect(isSameBits(Array(engine.row), before))
    var pipeline = FeaturePipeline(recipe: try FeatureRecipe())
    var table = FeatureTable(columns: pipeline.columns)
    var batch = TickBatch()
    batch.append(Tick(symbol: "A", time: 1, price: price, size: 1))
    #expect(throws: FeatureError.self) { try pipeline.process(batch, into: &table) }
  }

  @Test("recipes and their states read back what they write")
  func codable() throws {
    let recipe = try FeatureRecipe(lookbacks: [7, 3], calendar: .nyse, includesQuotes: false, selection: ["sma_3"])
    let again = try JSONDecoder().decode(FeatureRecipe.self, from: JSONEncoder().encode(recipe))
    #expect(again == recipe)
    #expect(recipe.lookbacks == [3, 7])
  }
}
