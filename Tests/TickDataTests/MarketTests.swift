import Compute
import Foundation
import TestSupport
import Testing
import TickData

@Suite("Synthetic market and bars") struct MarketTests {
  @Test("equal seeds give equal ticks, others do not")
  func seeds() throws {
    var options = MarketOptions()
    options.ticks = 5000
    let first = try SyntheticMarket(options).ticks()
    #expect(first == (try SyntheticMarket(options).ticks()))
    options.seed = 2
    #expect(first != (try SyntheticMarket(options).ticks()))
    #expect(first.rowCount == 5000)
    #expect(first.symbols == ["SYM001", "SYM002", "SYM003", "SYM004", "SYM005"])
  }

  @Test("ticks lie in sessions, quotes enclose mids, signs are autocorrelated")
  func realism() throws {
    var options = MarketOptions()
    options.ticks = 20_000
    options.symbols = 1
    let columns = try SyntheticMarket(options).ticks().series[0].columns
    #expect(columns.times.allSatisfy { TradingCalendar.nse.moment(at: $0).isOpen })
    #expect(columns.times == columns.times.sorted())
    #expect(zip(columns.bids, columns.asks).allSatisfy { $0 < $1 })
    let same = zip(columns.sides, columns.sides.dropFirst()).count { $0 == $1 }
    // Persistence 0.7 keeps the sign in 0.7 + 0.3 / 2 of the steps.
    #expect(abs(Double(same) / 20_000 - 0.85) < 0.02)
    let firstHour = columns.times.count { TradingCalendar.nse.moment(at: $0).minutesSinceOpen < 60 }
    let midday = columns.times.count { (157...217).contains(TradingCalendar.nse.moment(at: $0).minutesSinceOpen) }
    #expect(firstHour > midday)
  }

  @Test("the implied AUC is that of the visible state, measured", arguments: [1, 5, 10])
  func impliedAUC(horizon: Int) throws {
    var options = MarketOptions()
    options.ticks = 400_000
    options.symbols = 1
    options.setting = .noise
    options.signalStrength = 0.2
    let market = try SyntheticMarket(options)
    let columns = market.ticks().series[0].columns
    // The quoted sizes show the state after the tick.
    let state = zip(columns.bidSizes, columns.askSizes).map { ($0 - $1) / ($0 + $1) }
    let labels = (0..<columns.count - horizon).map { columns.prices[$0 + horizon] > columns.prices[$0] ? 1.0 : 0 }
    let measured = areaUnderCurve(scores: Array(state[..<labels.count]), labels: labels)
    // The standard error of an AUC with so many overlapping rows is below 0.004.
    #expect(abs(measured - market.impliedAUC(horizon: horizon)) < 0.01)
  }

  @Test("without a signal nothing is implied")
  func noise() throws {
    #expect(try SyntheticMarket(MarketOptions()).impliedAUC(horizon: 5) == 0.5)
  }

  @Test("bad settings are refused with their name")
  func refused() {
    var options = MarketOptions()
    options.signalStrength = 1
    #expect { try SyntheticMarket(options) } throws: { "\($0)".contains("signalStrength") }
  }

  @Test(
    "bars add up to their trades",
    arguments: [BarRule.ticks(7), .volume(500), .dollars(40_000), .time(nanoseconds: 60_000_000_000)])
  func bars(_ rule: BarRule) throws {
    var options = MarketOptions()
    options.ticks = 3000
    options.symbols = 1
    let series = try SyntheticMarket(options).ticks().series[0]
    let bars = try series.bars(rule)
    let trades = bars.reduce(0) { $0 + $1.ticks }
    #expect(bars.count > 5 && trades <= 3000)
    #expect(isClose(bars.reduce(0) { $0 + $1.volume }, series.columns.sizes[..<trades].reduce(0, +), relative: 1e-12))
    var row = 0
    for bar in bars {
      let prices = series.columns.prices[row..<row + bar.ticks]
      #expect(bar.open == prices.first && bar.close == prices.last)
      #expect(bar.high == prices.max() && bar.low == prices.min())
      #expect(series.columns.times[row + bar.ticks - 1] <= bar.closeTime)
      row += bar.ticks
    }
    if case .ticks(let count) = rule { #expect(bars.allSatisfy { $0.ticks == count }) }
    if case .volume(let amount) = rule { #expect(bars.allSatisfy { $0.volume >= amount }) }
  }

  @Test("a bar of no size is refused")
  func noBar() {
    #expect(throws: TickDataError.self) { try BarBuilder(.ticks(0)) }
    #expect(throws: TickDataError.self) { try BarBuilder(.volume(-.infinity)) }
  }

  @Test("tables, series and batches hold the same rows")
  func containers() throws {
    var options = MarketOptions()
    options.ticks = 1000
    let table = try SyntheticMarket(options).ticks()
    let batch = TickBatch(merging: table)
    #expect(batch.columns.times == batch.columns.times.sorted())
    var again = TickTable()
    again.append(batch)
    #expect(Set(again.symbols) == Set(table.symbols))
    for symbol in table.symbols { #expect(again[symbol]?.columns == table[symbol]?.columns) }
    var columns = batch.columns
    columns.prices.removeLast()
    #expect(throws: TickDataError.self) { try TickSeries(symbol: "A", columns: columns) }
    #expect(throws: TickDataError.self) {
      try TickBatch(symbols: ["A"], symbolIndices: batch.symbolIndices.map { _ in 1 }, columns: batch.columns)
    }
  }
}
