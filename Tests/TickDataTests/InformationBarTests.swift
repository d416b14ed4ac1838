import Compute
import Foundation
import TestSupport
import Testing
import TickData

/// Imbalance and run bars: textbook twins, closed forms, and the numbers of another library.
@Suite("Imbalance and run bars") struct InformationBarTests {
  static func trades(_ prices: [Double], sizes: [Double]? = nil, sides: [Int8]? = nil) -> [Tick] {
    prices.indices.map { row in
      Tick(
        symbol: "A", time: Int64(row) * 1000, price: prices[row], size: sizes?[row] ?? 1,
        side: AggressorSide(rawValue: sides?[row] ?? 0) ?? .unknown)
    }
  }

  static func randomTrades(_ count: Int, seed: UInt64, drift: Double = 0) -> [Tick] {
    var random = RandomStream(seed: seed)
    var price = 1000
    return (0..<count).map { row in
      let draw = random.uniform()
      price += draw < 0.3 + drift ? 1 : draw > 0.7 + drift ? -1 : 0
      return Tick(
        symbol: "A", time: Int64(row) * 1000, price: Double(price) / 4, size: Double(1 + random.index(below: 20)))
    }
  }

  static func bars(_ ticks: [Tick], _ rule: BarRule, signs: TradeSigns = .tickRule) throws -> [Bar] {
    var builder = try BarBuilder(rule, signs: signs)
    return ticks.compactMap { builder.update($0) }
  }

  @Test("a fixed tick imbalance completes a bar at the trade that reaches it, either way")
  func fixedImbalance() throws {
    // Signs by the tick rule: 0 + + 0→+ | − − − | + − ...
    let ticks = Self.trades([10, 11, 12, 12, 11, 10, 9, 10, 9])
    let bars = try Self.bars(ticks, .imbalance(.ticks, .fixed(3)))
    #expect(bars.map(\.ticks) == [4, 3])
    #expect(bars.map(\.closeTime) == [3000, 6000])
    #expect(bars.map(\.open) == [10, 11] && bars.map(\.close) == [12, 9])
  }

  @Test("a fixed run does not offset buys and sells, an imbalance does")
  func fixedRuns() throws {
    let ticks = Self.trades([10, 11, 10, 11, 10, 11, 10])
    #expect(try Self.bars(ticks, .runs(.ticks, .fixed(3))).map(\.ticks) == [6])
    #expect(try Self.bars(ticks, .imbalance(.ticks, .fixed(3))).isEmpty)
  }

  @Test("volume and dollar measures count sizes and prices times sizes")
  func measures() throws {
    let ticks = Self.trades([10, 11, 12, 11], sizes: [100, 3, 4, 50])
    #expect(try Self.bars(ticks, .imbalance(.volume, .fixed(7))).map(\.ticks) == [3, 1])
    #expect(try Self.bars(ticks, .imbalance(.dollars, .fixed(33))).map(\.ticks) == [2, 1, 1])
    #expect(try Self.bars(ticks, .runs(.dollars, .fixed(33.5))).map(\.ticks) == [3, 1])
  }

  @Test("the feed's own sides come before the tick rule where asked for")
  func sides() throws {
    let ticks = Self.trades([10, 11, 12, 13], sides: [-1, -1, 0, -1])
    #expect(try Self.bars(ticks, .imbalance(.ticks, .fixed(2)), signs: .aggressor).map(\.ticks) == [2])
    #expect(try Self.bars(ticks, .imbalance(.ticks, .fixed(2))).map(\.ticks) == [3])
  }

  /// Textbook loops: all values are kept, every expectation is a sum over them.
  private func naiveBars(_ ticks: [Tick], _ measure: BarMeasure, runs: Bool, _ options: AdaptiveThreshold) -> [Int] {
    func mean(_ values: [Double], _ span: Int, grows: Bool) -> Double {
      let isWindow = options.averaging == .window
      let values = isWindow ? Array(values.suffix(span)) : values
      let keep = 1 - 2 / (Double(isWindow && grows ? min(span, values.count) : span) + 1)
      var (sum, weight) = (0.0, 0.0)
      for (age, value) in values.reversed().enumerated() {
        sum += value * pow(keep, Double(age))
        weight += pow(keep, Double(age))
      }
      return sum / weight
    }
    var (lengths, shares, signed, unsigned, buys, sells) =
      ([Double](), [Double](), [Double](), [Double](), [Double](), [Double]())
    var (start, sign, expectedTicks) = (0, 0.0, Double(options.initialTicks))
    var threshold: Double?
    var result: [Int] = []
    var (buySum, sellSum, buyCount) = (0.0, 0.0, 0.0)
    func product(_ share: Double) -> Double {
      runs
        ? expectedTicks
          * max(
            mean(buys, options.tickSpan, grows: true) * share,
            mean(sells, options.tickSpan, grows: true) * (1 - share))
        : expectedTicks
          * max(
            abs(mean(signed, options.tickSpan, grows: true)),
            options.minImbalance * mean(unsigned, options.tickSpan, grows: true))
    }
    for (row, tick) in ticks.enumerated() {
      if row > 0, tick.price != ticks[row - 1].price { sign = tick.price > ticks[row - 1].price ? 1 : -1 }
      let amount = measure == .ticks ? 1 : measure == .volume ? tick.size : tick.size * tick.price
      signed.append(sign * amount)
      unsigned.append(amount)
      if sign > 0 { buys.append(amount) } else if sign < 0 { sells.append(amount) }
      if sign > 0 { (buySum, buyCount) = (buySum + amount, buyCount + 1) } else if sign < 0 { sellSum += amount }
      if threshold == nil, (runs ? min(buys.count, sells.count) : signed.count) >= options.initialTicks {
        threshold = product(buyCount / Double(row - start + 1))
      }
      guard let least = threshold else { continue }
      let reached = runs ? max(buySum, sellSum) : abs(buySum - sellSum)
      guard options.averaging == .window ? reached > least : reached >= least else { continue }
      let length = row - start + 1
      result.append(length)
      lengths.append(Double(length))
      shares.append(buyCount / Double(length))
      if options.followsBarLength {
        expectedTicks = min(max(mean(lengths, options.barSpan, grows: false), options.minTicks), options.maxTicks)
      }
      threshold = product(mean(shares, options.barSpan, grows: false))
      (start, buySum, sellSum, buyCount) = (row + 1, 0, 0, 0)
    }
    return result
  }

  @Test(
    "adaptive bars are those of the textbook loops", arguments: BarMeasure.allCases,
    [AdaptiveThreshold.Averaging.recursive, .window])
  func twins(_ measure: BarMeasure, _ averaging: AdaptiveThreshold.Averaging) throws {
    var options = AdaptiveThreshold()
    options.initialTicks = 20
    options.tickSpan = 50
    options.averaging = averaging
    (options.minTicks, options.maxTicks, options.minImbalance) = (5, 100, 0.1)
    let ticks = Self.randomTrades(3000, seed: 5, drift: 0.05)
    for runs in [false, true] {
      for follows in [false, true] {
        options.followsBarLength = follows
        let threshold = BarThreshold.adaptive(options)
        let bars = try Self.bars(ticks, runs ? .runs(measure, threshold) : .imbalance(measure, threshold))
        let expected = naiveBars(ticks, measure, runs: runs, options)
        #expect(bars.map(\.ticks) == expected)
        #expect(expected.count > 10)
      }
    }
  }

  @Test("balanced flow collapses to bars of one trade, or none at all, unless the clamps are set")
  func clamps() throws {
    var options = AdaptiveThreshold()
    options.initialTicks = 100
    options.tickSpan = 500
    let ticks = Self.randomTrades(50_000, seed: 9)
    func longest(_ options: AdaptiveThreshold) throws -> (count: Int, median: Int) {
      let lengths = try Self.bars(ticks, .imbalance(.ticks, .adaptive(options))).map(\.ticks).sorted()
      return (lengths.count, lengths[lengths.count / 2])
    }
    let free = try longest(options)
    (options.minTicks, options.maxTicks, options.minImbalance) = (50, 200, 0.1)
    let clamped = try longest(options)
    #expect(free.median <= 2)
    #expect(clamped.median >= 10 && clamped.count >= 100)
    // Thresholds too high for the flow: bars grow with the square of the threshold, but for the limit.
    (options.maxTicks, options.minImbalance) = (5000, 0.2)
    #expect(try longest(options).count < 20)
    options.longestBar = 400
    let bars = try Self.bars(ticks, .imbalance(.ticks, .adaptive(options))).map(\.ticks)
    #expect(bars.max() == 400 && bars.count >= 125)
  }

  @Test("a builder written and read in mid-stream goes on with the same bars", arguments: [0, 1, 2, 3, 4])
  func restored(_ variant: Int) throws {
    var options = AdaptiveThreshold()
    options.initialTicks = 30
    options.tickSpan = 64
    options.averaging = variant % 2 == 0 ? .recursive : .window
    (options.minTicks, options.maxTicks, options.minImbalance) = (5, 40, 0.1)
    let rules: [BarRule] = [
      .imbalance(.volume, .adaptive(options)), .runs(.dollars, .adaptive(options)), .imbalance(.ticks, .fixed(7)),
      .volume(333), .time(nanoseconds: 7777),
    ]
    let ticks = Self.randomTrades(2000, seed: 3)
    var builder = try BarBuilder(rules[variant])
    var again = builder
    var count = 0
    for (row, tick) in ticks.enumerated() {
      let bar = builder.update(tick)
      #expect(again.update(tick) == bar)
      count += bar == nil ? 0 : 1
      if row % 97 == 0 { again = try JSONDecoder().decode(BarBuilder.self, from: JSONEncoder().encode(again)) }
    }
    #expect(again.forming == builder.forming && count > 5)
  }

  @Test("the state does not grow with the trades")
  func constantMemory() throws {
    var options = AdaptiveThreshold()
    (options.initialTicks, options.tickSpan, options.averaging, options.minTicks) = (100, 200, .window, 50)
    var builder = try BarBuilder(.runs(.volume, .adaptive(options)))
    var sizes: [Int] = []
    for (row, tick) in Self.randomTrades(20_000, seed: 4).enumerated() {
      _ = builder.update(tick)
      if row == 5000 || row == 19_999 { sizes.append(try JSONEncoder().encode(builder).count) }
    }
    #expect(Double(sizes[1]) < Double(sizes[0]) * 1.05)
  }

  @Test("numbers outside their range are refused")
  func refused() {
    var options = AdaptiveThreshold()
    options.maxTicks = 5
    options.minTicks = 6
    #expect(throws: TickDataError.self) { try BarBuilder(.runs(.ticks, .adaptive(options))) }
    options = AdaptiveThreshold()
    options.minImbalance = .nan
    #expect(throws: TickDataError.self) { try BarBuilder(.imbalance(.ticks, .adaptive(options))) }
    #expect(throws: TickDataError.self) { try BarBuilder(.imbalance(.ticks, .fixed(0))) }
  }

  struct Expected: Sendable, CustomTestStringConvertible {
    let name: String
    let rule: @Sendable (BarThreshold) -> BarRule
    let change: @Sendable (inout AdaptiveThreshold) -> Void
    let count: Int
    let lastTrade: Int
    let sumOfLastTrades: Int
    var testDescription: String { name }
  }

  /// Number of bars, number of the trade that completes the last bar, and the sum of such numbers over all bars, of mlfinpy
  /// 0.1.2 on its `imbalance_sample_data_small.csv`; the counts up to "small" are in its tests too.
  static let expected: [Expected] = {
    @Sendable func constant(_ options: inout AdaptiveThreshold) { options.followsBarLength = false }
    @Sendable func clamped(_ options: inout AdaptiveThreshold) { (options.minTicks, options.maxTicks) = (100, 1000) }
    @Sendable func small(_ options: inout AdaptiveThreshold) {
      (options.initialTicks, options.tickSpan, options.minTicks, options.maxTicks) = (20, 50, 5, 100)
    }
    func row(
      _ name: String, _ rule: @escaping @Sendable (BarThreshold) -> BarRule,
      _ change: @escaping @Sendable (inout AdaptiveThreshold) -> Void, _ count: Int, _ last: Int, _ sum: Int
    ) -> Expected {
      Expected(name: name, rule: rule, change: change, count: count, lastTrade: last, sumOfLastTrades: sum)
    }
    return [
      row("tick imbalance", { .imbalance(.ticks, $0) }, { _ in }, 3558, 6955, 18_411_263),
      row("volume imbalance", { .imbalance(.volume, $0) }, { _ in }, 624, 6955, 4_132_561),
      row("dollar imbalance", { .imbalance(.dollars, $0) }, { _ in }, 624, 6955, 4_132_561),
      row("constant tick imbalance", { .imbalance(.ticks, $0) }, constant, 55, 6517, 316_891),
      row("constant volume imbalance", { .imbalance(.volume, $0) }, constant, 112, 6903, 516_357),
      row("constant dollar imbalance", { .imbalance(.dollars, $0) }, constant, 109, 6904, 502_179),
      row("clamped dollar imbalance", { .imbalance(.dollars, $0) }, clamped, 583, 6945, 2_844_880),
      row("tick run", { .runs(.ticks, $0) }, { _ in }, 2, 4975, 7576),
      row("volume run", { .runs(.volume, $0) }, { _ in }, 2, 5262, 7863),
      row("dollar run", { .runs(.dollars, $0) }, { _ in }, 2, 5262, 7863),
      row("constant tick run", { .runs(.ticks, $0) }, constant, 5, 6323, 22_472),
      row("constant volume run", { .runs(.volume, $0) }, constant, 5, 6796, 23_170),
      row("constant dollar run", { .runs(.dollars, $0) }, constant, 5, 6596, 22_854),
      row("clamped dollar run", { .runs(.dollars, $0) }, clamped, 5, 6596, 22_854),
      row("small tick imbalance", { .imbalance(.ticks, $0) }, small, 23, 6529, 87_083),
      row("small volume run", { .runs(.volume, $0) }, small, 56, 6931, 217_370),
    ]
  }()

  @Test(
    "the windowed variant gives mlfinpy's bars",
    .enabled(if: MlfinpyData.isPresent, "TICKBOOST_MLFINPY_DATA is not set"), arguments: expected)
  func mlfinpy(_ expected: Expected) throws {
    let rows = try MlfinpyData.rows("imbalance_sample_data_small.csv")
    let prices = try rows.map { try #require(Double($0[1])) }
    let ticks = Self.trades(prices, sizes: try rows.map { try #require(Double($0[2])) })
    var options = AdaptiveThreshold()
    options.averaging = .window
    expected.change(&options)
    let lengths = try Self.bars(ticks, expected.rule(.adaptive(options))).map(\.ticks)
    var (last, sum) = (0, 0)
    for length in lengths {
      last += length
      sum += last
    }
    #expect(lengths.count == expected.count)
    #expect(last == expected.lastTrade)
    #expect(sum == expected.sumOfLastTrades)
  }
}
