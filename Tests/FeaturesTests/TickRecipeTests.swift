import Features
import Foundation
import TestSupport
import Testing
import TickData

@Suite("Recipes of ticks") struct TickRecipeTests {
  private static let columns = IndicatorCheckTests.columns(of: .ticks, count: 300, seed: 6)

  private func tick(_ row: Int) -> TradeQuote {
    let values = Self.columns.map { $0[row] }
    return TradeQuote(
      price: values[0], size: values[1], bid: values[2], ask: values[3], bidSize: values[4], askSize: values[5],
      side: values[6], time: values[7])
  }

  @Test("functions read the tick's columns, and compositions go one into another")
  func composition() throws {
    let text =
      "OFI(20),ZSCORE(MICROPRICE(), 50),RSI(price, 14),RSI(14),SMA(bidSize, 5),SMA(bid_size, 5)#1,CORREL(30),TIMESINCE"
    let recipe = try IndicatorRecipe(
      columns: IndicatorExpression.list(parsing: text).enumerated().map { .init(name: "c\($0)", expression: $1) },
      source: .ticks)
    var engine = IndicatorEngine(recipe: recipe)
    let found = try engine.append(Self.columns)
    let c = Self.columns
    #expect(isSameColumn(found[0], try OFI(timePeriod: 20).results(of: [c[2], c[3], c[4], c[5]])[0]))
    let micro = try MICROPRICE().results(of: [c[2], c[3], c[4], c[5]])[0]
    #expect(isSameColumn(found[1], try ZSCORE(timePeriod: 50).values(over: micro)))
    #expect(isSameColumn(found[2], try RSI(timePeriod: 14).values(over: c[0])))
    #expect(isSameColumn(found[2], found[3]))
    #expect(isSameColumn(found[4], try SMA(timePeriod: 5).values(over: c[4])))
    #expect(isSameColumn(found[4], found[5]))
    // Two columns where nothing is said: price and size, as close and volume of bars.
    #expect(isSameColumn(found[6], try CORREL(timePeriod: 30).results(of: [c[0], c[1]])[0]))
    #expect(isSameColumn(found[7], TIMESINCE().values(over: c[7])))
    #expect(engine.lookbacks == [20, 49, 14, 14, 4, 4, 29, 1])
  }

  @Test("tick by tick, peeked, saved and restored the columns are the same")
  func stream() throws {
    let recipe = try IndicatorRecipe(
      functions:
        "OFI(20),ZSCORE(MICROPRICE, 50),RSI(price, 14),BBANDS(price, 20),VWMA(price, size, 9),ESPREAD,KYLE_T(30),KYLE(price, size, 9)",
      source: .ticks)
    var batch = IndicatorEngine(recipe: recipe)
    let whole = try batch.append(Self.columns)
    var engine = IndicatorEngine(recipe: try recoded(recipe))
    var row: [Double] = []
    for index in 0..<300 {
      if index == 150 { engine = try recoded(engine) }
      let peeked = engine.peek(tick(index))
      let copy = engine
      engine.update(tick(index), into: &row)
      #expect(isSameColumn(peeked, row) && isSameColumn(row, whole.map { $0[index] }))
      var other = copy
      #expect(isSameColumn(other.update(tick(index)), row))
    }
    #expect(engine.barCount == 300)
  }

  @Test(
    "a recipe is of bars or of ticks, and the column that is not there is named",
    arguments: [
      ("OFI(20)", IndicatorRecipe.Source.bars, "'bid'"), ("SMA(ask_size, 5)", .bars, "'ask_size'"),
      ("SMA(close, 5)", .ticks, "'close'"), ("ATR(14)", .ticks, "'high'"), ("ZSCORE(KYLE, 9)", .ticks, "'close'"),
      ("CORREL(price, volume, 9)", .ticks, "'volume'"), ("CORREL(close, bid, 9)", .bars, "'bid'"),
    ])
  func mixed(_ text: String, _ source: IndicatorRecipe.Source, _ part: String) {
    #expect { try IndicatorRecipe(functions: text, source: source) } throws: { error in
      (error as? FeatureError)?.code == .invalidOption && "\(error)".contains(part)
        && "\(error)".contains("does not have")
    }
  }

  @Test("JSON tells the source; without one it is bars")
  func json() throws {
    let text = #"{"version": 1, "source": "ticks", "columns": [{"name": "flow", "expression": "ofi(20)"}]}"#
    let recipe = try JSONDecoder().decode(IndicatorRecipe.self, from: Data(text.utf8))
    #expect(recipe.source == .ticks && recipe.columns[0].expression.text == "OFI(20)")
    #expect(try recoded(recipe) == recipe)
    let bars = #"{"version": 1, "columns": [{"name": "a", "expression": "RSI(14)"}]}"#
    #expect(try JSONDecoder().decode(IndicatorRecipe.self, from: Data(bars.utf8)).source == .bars)
    #expect(throws: FeatureError.self) {
      try JSONDecoder().decode(
        IndicatorRecipe.self, from: Data(text.replacingOccurrences(of: "ticks", with: "bars").utf8))
    }
    var engine = IndicatorEngine(recipe: recipe)
    #expect { try engine.append([[1], [2]]) } throws: { "\($0)".contains("price, size, bid") }
  }

  @Test("rows of ticks carry the quote that stands, and count seconds from the first time")
  func rows() throws {
    var rows = TickRows()
    let quote = rows.row(Tick(symbol: "A", time: 5_000_000_000, bid: 9, ask: 11, bidSize: 3))
    #expect(quote.price.isNaN && quote.bid == 9 && quote.time == 0 && quote.askSize.isNaN && quote.side == 0)
    rows = try recoded(rows)
    let trade = rows.row(Tick(symbol: "A", time: 6_500_000_000, price: 10, size: 2, ask: 12, side: .buy))
    #expect(trade.price == 10 && trade.bid == 9 && trade.ask == 12 && trade.bidSize == 3 && trade.time == 1.5)
    #expect(trade.side == 1 && rows.row(Tick(symbol: "A", time: Tick.noTime, price: 1)).time.isNaN)
  }
}
