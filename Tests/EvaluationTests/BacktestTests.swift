import Compute
import Evaluation
import Foundation
import TestSupport
import Testing
import TickData

@Suite("Backtest") struct BacktestTests {
  /// Quotes one second apart with a spread of 2 around a middle, each with a trade at it.
  private func quotes(_ middles: [Double]) -> TickColumns {
    var ticks = TickColumns()
    for (row, middle) in middles.enumerated() {
      ticks.append(
        Tick(symbol: "A", time: Int64(row) * 1_000_000_000, price: middle, size: 1, bid: middle - 1, ask: middle + 1))
    }
    return ticks
  }

  private func options(_ change: (inout BacktestOptions) -> Void = { _ in }) -> BacktestOptions {
    var options = BacktestOptions.free
    options.samplePeriod = 1_000_000_000
    options.maximumLeverage = .infinity
    change(&options)
    return options
  }

  @Test("costs are on unless one says so")
  func defaults() {
    let own = BacktestOptions()
    #expect(own.feeRate > 0 && own.slippage > 0 && own.latency > 0 && own.fillPrice == .touch)
  }

  @Test("free fills at the mid earn the path; the touch, fees and slippage cost what they say")
  func costs() throws {
    let ticks = quotes([100, 110, 120, 90])
    let targets = ColumnStrategy([10, .nan, -5, 0])
    let free = try Backtest(options()).run(ticks, targets)
    // 10 units from 100 to 120, then 5 short from 120 to 90.
    #expect(free.finalEquity == 1_000_000 + 200 + 150 && free.trips == [200, 150] && free.hitRate == 1)
    #expect(free.fees == 0 && free.spreadCost == 0 && free.turnover == 1000 + 1800 + 450)
    let touch = try Backtest(options { $0.fillPrice = .touch }).run(ticks, targets)
    // 10 + 15 + 5 units, each a unit away from the middle.
    #expect(touch.spreadCost == 30 && touch.finalEquity == free.finalEquity - 30)
    #expect(touch.fills.map(\.price) == [101, 119, 91])
    let paid = try Backtest(
      options {
        $0.feeRate = 0.01
        $0.feePerUnit = 0.5
        $0.slippage = 0.1
      }
    ).run(ticks, targets)
    let value = 10 * 110.0 + 15 * 108 + 5 * 99
    #expect(isClose(paid.turnover, value, relative: 1e-12) && isClose(paid.slippage, 100 + 180 + 45, relative: 1e-12))
    #expect(isClose(paid.fees, value * 0.01 + 15, relative: 1e-12))
    #expect(isClose(paid.finalEquity, free.finalEquity - paid.fees - paid.slippage, relative: 1e-12))
    #expect(isClose(paid.trips.reduce(0, +), paid.finalEquity - 1_000_000, relative: 1e-9))
  }

  @Test("an order fills at the quote that stood when it arrived, never at the one that follows")
  func latency() throws {
    let ticks = quotes([100, 110, 120])
    func fill(_ latency: Int64) throws -> Fill? {
      try Backtest(options { $0.latency = latency }).run(ticks, ColumnStrategy([1])).fills.first
    }
    #expect(try fill(0)?.price == 100 && fill(0)?.row == 0)
    #expect(try fill(1)?.price == 100 && fill(1)?.time == 1 && fill(1)?.row == 1)
    #expect(try fill(999_999_999)?.price == 100)
    // Arriving with a tick it meets that tick's quote, which the next tick tells.
    #expect(try fill(1_000_000_000)?.price == 110)
    #expect(try fill(1_500_000_000)?.price == 110)
    let late = try Backtest(options { $0.latency = 5_000_000_000 }).run(ticks, ColumnStrategy([1]))
    #expect(late.fills.isEmpty && late.unfilled == 1 && late.finalEquity == 1_000_000)
  }

  @Test("without quotes an order fills with the first trade at or after its arrival")
  func trades() throws {
    var ticks = TickColumns()
    for (row, price) in [100.0, 110, 120].enumerated() {
      ticks.append(Tick(symbol: "A", time: Int64(row) * 10, price: price))
    }
    func price(_ latency: Int64) throws -> Double? {
      try Backtest(
        options {
          $0.latency = latency
          $0.fillPrice = .touch
        }
      ).run(ticks, ColumnStrategy([1])).fills.first?.price
    }
    #expect(try price(0) == 110 && price(10) == 110 && price(11) == 120)
  }

  /// A naive account, all steps written out, on a random market with random targets.
  @Test("the run equals a naive account", arguments: 0..<5)
  func twin(seed: Int) throws {
    var random = RandomStream(seed: UInt64(seed))
    var ticks = TickColumns()
    var (time, middle): (Int64, Double) = (0, 100)
    for _ in 0..<500 {
      time += Int64(random.index(below: 20))
      middle *= 1 + 0.001 * random.normal()
      let isQuote = random.index(below: 3) > 0
      ticks.append(
        Tick(
          symbol: "A", time: time, price: isQuote ? .nan : middle, size: 1, bid: isQuote ? middle * 0.999 : .nan,
          ask: isQuote ? middle * 1.001 : .nan))
    }
    let targets = (0..<500).map { _ in random.index(below: 4) == 0 ? Double(random.index(below: 21)) - 10 : .nan }
    let own = options {
      $0.latency = 15
      $0.feeRate = 0.001
      $0.fillPrice = .touch
    }
    let found = try Backtest(own).run(ticks, ColumnStrategy(targets))
    var (cash, position, wanted) = (own.capital, 0.0, 0.0)
    var (bid, ask, last) = (Double.nan, Double.nan, Double.nan)
    var waiting: [(quantity: Double, arrival: Int64)] = []
    var fills = 0
    for row in 0..<500 {
      let hasQuote = !bid.isNaN
      func fill(_ price: Double) {
        cash -= waiting[0].quantity * price + abs(waiting[0].quantity) * price * 0.001
        position += waiting[0].quantity
        waiting.removeFirst()
        fills += 1
      }
      while hasQuote, let next = waiting.first, next.arrival < ticks.times[row] { fill(next.quantity > 0 ? ask : bid) }
      if !ticks.bids[row].isNaN { (bid, ask) = (ticks.bids[row], ticks.asks[row]) }
      if !ticks.prices[row].isNaN { last = ticks.prices[row] }
      while bid.isNaN, !ticks.prices[row].isNaN, let next = waiting.first, next.arrival <= ticks.times[row] {
        fill(last)
      }
      guard !targets[row].isNaN, !bid.isNaN || !last.isNaN, targets[row] != wanted else { continue }
      waiting.append((targets[row] - wanted, ticks.times[row] + 15))
      wanted = targets[row]
    }
    #expect(found.fills.count == fills && fills > 50)
    #expect(isClose(found.finalEquity, cash + position * (bid + ask) / 2, relative: 1e-12))
    #expect(abs(found.position - position) < 1e-9)
  }

  @Test("limits cut targets, and a ruined account stops")
  func limits() throws {
    let ticks = quotes([100, 100, 100])
    func position(_ target: Double, _ change: (inout BacktestOptions) -> Void) throws -> Double {
      try Backtest(options(change)).run(ticks, ColumnStrategy([target])).position
    }
    #expect(try position(50) { $0.maximumPosition = 7 } == 7 && position(-50) { $0.maximumPosition = 7 } == -7)
    #expect(try position(1e9) { $0.maximumLeverage = 2 } == 20_000)
    #expect(try position(-5) { $0.allowsShort = false } == 0)
    let ruined = try Backtest(options()).run(quotes([100, 30, 500]), ColumnStrategy([20_000, .nan, .nan]))
    // Also where the ruinous trade itself closes the position.
    let closed = try Backtest(
      options {
        $0.fillPrice = .nextTrade; $0.capital = 100_000
      }
    ).run(
      quotes([100, 100, 300, 300]), ColumnStrategy([-1000, 0, 5, 5]))
    #expect(closed.isRuined && closed.position == 0)
    #expect(ruined.isRuined && ruined.fills.count == 1 && ruined.returns.allSatisfy { $0 >= -1 })
  }

  @Test("a strategy cannot see what comes later")
  func lookAhead() throws {
    struct Recorder: BacktestStrategy {
      let box: Box
      mutating func target(_ market: MarketView) -> Double? {
        box.seen.append(market)
        return Double(market.row % 3)
      }
    }
    final class Box { var seen: [MarketView] = [] }
    let ticks = quotes((0..<40).map { 100 + sin(Double($0)) })
    let whole = Box()
    _ = try Backtest().run(ticks, Recorder(box: whole))
    for length in [1, 7, 39] {
      let part = Box()
      _ = try Backtest().run(ticks.selecting(Array(0..<length)), Recorder(box: part))
      #expect(part.seen == Array(whole.seen.prefix(length)))
    }
  }

  @Test("many fractional orders under way leave nothing of a position, and end its trip")
  func fractions() throws {
    let ticks = quotes((0..<12).map { 100 + Double($0) })
    let targets = ColumnStrategy([0.1, 0.3, 0.7, 0.8, 0.2, 0.6, 0, .nan, .nan, .nan, .nan, .nan])
    let result = try Backtest(options { $0.latency = 3_500_000_000 }).run(ticks, targets)
    #expect(result.position == 0 && result.trips.count == 1 && result.fills.count == 7)
    #expect(isClose(result.trips[0], result.finalEquity - 1_000_000, relative: 1e-6))
  }

  @Test(
    "a sample holds what was filled within its period alone, and an order that waited for a quote is filled at its time"
  )
  func periods() throws {
    let result = try Backtest(
      options {
        $0.latency = 1_500_000_000
        $0.samplePeriod = 2_000_000_000
      }
    ).run(quotes([100, 101, 102, 103]), ColumnStrategy([.nan, 10]))
    // Decided at 1 s, it arrives at 2.5 s: after the sample of 0 to 2 s, whose last tick is that of 1 s.
    #expect(result.curve[0].position == 0 && result.curve[0].time == 1_000_000_000)
    #expect(result.fills[0].time == 2_500_000_000)
    // One that arrives between the last tick of a period and its end belongs to it; the next tick comes much later.
    var gap = quotes([100, 101, 102])
    gap.times = [0, 1_000_000_000, 9_000_000_000]
    let late = try Backtest(
      options {
        $0.latency = 1_500_000_000
        $0.samplePeriod = 2_000_000_000
      }
    ).run(gap, ColumnStrategy([.nan, 10]))
    #expect(late.curve[0].position == 0 && late.position == 10)
    var ticks = TickColumns()
    ticks.append(Tick(symbol: "A", time: 0, price: 100))
    ticks.append(Tick(symbol: "A", time: 50, bid: 99, ask: 101))
    ticks.append(Tick(symbol: "A", time: 60, bid: 98, ask: 102))
    func waited(_ latency: Int64) throws -> BacktestResult {
      try Backtest(
        options {
          $0.latency = latency
          $0.fillPrice = .touch
        }
      ).run(ticks, ColumnStrategy([1, 2]))
    }
    // The second order arrives as the last tick does, and is still under way at the end.
    #expect(try waited(10).fills.map(\.time) == [50] && waited(10).unfilled == 1)
    #expect(try waited(0).fills.map(\.position) == [1, 2] && waited(0).fills.allSatisfy { $0.price == 101 })
  }

  @Test("options and results are encoded as they are")
  func coding() throws {
    let result = try Backtest().run(quotes([100, 101]), ColumnStrategy([1]))
    #expect(try JSONDecoder().decode(BacktestResult.self, from: JSONEncoder().encode(result)) == result)
  }

  @Test("the curve has a point a period, and its returns make the total")
  func curve() throws {
    let result = try Backtest(options { $0.samplePeriod = 2_000_000_000 }).run(
      quotes([100, 101, 103, 102, 105]), ColumnStrategy([1000]))
    #expect(result.curve.map(\.time) == [1, 3, 4].map { $0 * 1_000_000_000 })
    #expect(result.curve.map(\.equity) == [1_001_000, 1_002_000, 1_005_000])
    #expect(isClose(result.returns.reduce(1) { $0 * (1 + $1) } - 1, result.totalReturn, relative: 1e-12))
    #expect(try result.statistics(periodsPerYear: 252).maximumDrawdown == 0)
  }

  @Test("what is no market or no option is refused")
  func refused() throws {
    #expect { try Backtest(options { $0.feeRate = -1 }) } throws: { "\($0)".contains("fee rate of -1") }
    #expect { try Backtest(options { $0.samplePeriod = 0 }) } throws: { "\($0)".contains("sample period 0") }
    var ticks = quotes([10, 20, 30])
    #expect { try Backtest().run(ticks, ColumnStrategy([.infinity])) } throws: { "\($0)".contains("row 0") }
    ticks.times[2] = 5
    #expect { try Backtest().run(ticks, ColumnStrategy([])) } throws: { "\($0)".contains("row 2") }
    ticks.prices = []
    #expect { try Backtest().run(ticks, ColumnStrategy([])) } throws: { "\($0)".contains("lengths") }
    let empty = try Backtest().run(TickColumns(), ColumnStrategy([]))
    #expect(empty.finalEquity == 1_000_000 && empty.curve.isEmpty && empty.hitRate.isNaN)
  }

  @Test("sizes by volatility, by Kelly and by a meta-label's probability")
  func sizes() {
    #expect(PositionSizing.volatilityTarget(0.01, volatility: 0.02, price: 50, equity: 1000) == 10)
    #expect(PositionSizing.volatilityTarget(0.01, volatility: 0, price: 50, equity: 1000).isNaN)
    #expect(PositionSizing.kelly(probability: 0.6, odds: 1, fraction: 1).isApproximately(0.2))
    #expect(PositionSizing.kelly(probability: 0.4, odds: 1) == 0)
    #expect(PositionSizing.metaLabel(probability: 0.5) == 0 && PositionSizing.metaLabel(probability: 1, side: -1) == -1)
    // z of p = 0.7 is 0.2 / √0.21 = 0.43643578; 2Φ(z) − 1 = 0.33748 (scipy.stats.norm.cdf).
    #expect(abs(PositionSizing.metaLabel(probability: 0.7) - 0.3374797) < 1e-6)
  }
}

extension Double {
  fileprivate func isApproximately(_ other: Double) -> Bool { abs(self - other) < 1e-12 }
}
