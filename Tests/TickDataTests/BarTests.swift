import Foundation
import Testing
import TickData

@Suite("Bars and sessions") struct BarTests {
  private func trade(_ time: Int64, _ price: Double = 10, size: Double = 1) -> Tick {
    Tick(symbol: "A", time: time, price: price, size: size)
  }

  /// 2021-05-11 09:15 in Kolkata, a Tuesday.
  private let open: Int64 = 1_620_704_700_000_000_000
  private let minute: Int64 = 60_000_000_000

  @Test("a late trade counts into the forming bar and never moves its close back")
  func lateCounts() throws {
    var builder = try BarBuilder(.ticks(2))
    #expect(builder.update(trade(100)) == nil)
    let completed = builder.update(trade(40, 7))
    let bar = try #require(completed)
    #expect(bar.closeTime == 100 && bar.low == 7 && bar.close == 7)
    #expect(builder.lateTradeCount == 1)
    // Older than a bar that is complete, too.
    #expect(builder.update(trade(99)) == nil)
    #expect(builder.lateTradeCount == 2)
  }

  @Test("a late trade is dropped where asked for, and counted")
  func lateDrops() throws {
    var builder = try BarBuilder(.ticks(2), lateTrades: .drop)
    #expect(builder.update(trade(100)) == nil)
    #expect(builder.update(trade(40)) == nil)
    #expect(builder.forming?.ticks == 1 && builder.lateTradeCount == 1)
    #expect(builder.update(trade(100))?.ticks == 2)
  }

  @Test("for time bars late is before the forming interval, not merely out of order")
  func lateTimeBars() throws {
    for policy in [LateTrades.countIntoForming, .drop] {
      var builder = try BarBuilder(.time(nanoseconds: 100), lateTrades: policy)
      #expect(builder.update(trade(50)) == nil)
      #expect(builder.update(trade(120))?.closeTime == 100)
      #expect(builder.update(trade(110)) == nil)
      #expect(builder.lateTradeCount == 0)
      #expect(builder.update(trade(99)) == nil)
      #expect(builder.lateTradeCount == 1)
      let completed = builder.update(trade(200))
      let bar = try #require(completed)
      #expect(bar.closeTime == 200 && bar.ticks == (policy == .drop ? 2 : 3))
    }
  }

  @Test("a trade without a time stands behind the one before it")
  func noTime() throws {
    var builder = try BarBuilder(.time(nanoseconds: 100), lateTrades: .drop)
    #expect(builder.update(trade(250)) == nil)
    #expect(builder.update(trade(Tick.noTime)) == nil)
    #expect(builder.forming?.ticks == 2 && builder.lateTradeCount == 0)
    #expect(builder.update(trade(.max)) != nil)
  }

  @Test("the end of a session closes the forming bar and stamps it")
  func sessionEnd() throws {
    var builder = try SessionBarBuilder(.ticks(3), calendar: .nse)
    let close = open + 375 * minute
    #expect(builder.update(trade(close - 2)) == [])
    #expect(builder.update(trade(close - 1)) == [])
    #expect(builder.advance(to: close - 1) == nil)
    let bars = builder.update(trade(open + 1440 * minute))
    #expect(bars.map(\.ticks) == [2] && bars.map(\.closeTime) == [close])
    #expect(builder.forming?.ticks == 1)
  }

  @Test("a trade may close the old session's bar and complete one of its own")
  func twoBars() throws {
    var builder = try SessionBarBuilder(.volume(100), calendar: .nse)
    #expect(builder.update(trade(open, size: 99)) == [])
    let bars = builder.update(trade(open + 1440 * minute, size: 500))
    #expect(bars.map(\.volume) == [99, 500])
    #expect(bars.map(\.closeTime) == [open + 375 * minute, open + 1440 * minute])
  }

  @Test("advancing the clock closes the bar without waiting for a trade")
  func advance() throws {
    var builder = try SessionBarBuilder(.time(nanoseconds: 100 * minute), calendar: .nse)
    let close = open + 375 * minute
    #expect(builder.update(trade(close - 5)) == [])
    let completed = builder.advance(to: close)
    let bar = try #require(completed)
    // The interval of the clock would end after the session.
    #expect(bar.closeTime == close)
    #expect(builder.advance(to: close) == nil)
    // After hours a bar of its own begins, and midnight ends it.
    #expect(builder.update(trade(close + 5)) == [])
    let next = builder.update(trade(open + 1440 * minute))
    #expect(next.count == 1 && next[0].closeTime < open + 1440 * minute)
  }

  @Test("stamps at the ends of their range do no harm", arguments: [Int64.max, .max - 1, .min, .min + 1])
  func garbage(_ time: Int64) throws {
    for calendar in [TradingCalendar.nse, .nyse, .always] {
      var builder = try SessionBarBuilder(.time(nanoseconds: minute), calendar: calendar)
      var count = 0
      for stamp in [open, time, open + minute, time, time] { count += builder.update(trade(stamp)).count }
      count += builder.advance(to: .max) == nil ? 0 : 1
      #expect(count >= 1)
    }
  }

  @Test("a trade of an earlier session is dropped")
  func earlierSession() throws {
    var builder = try SessionBarBuilder(.ticks(2), calendar: .nse)
    #expect(builder.update(trade(open + 1440 * minute)) == [])
    #expect(builder.update(trade(open)) == [])
    #expect(builder.droppedTradeCount == 1 && builder.forming?.ticks == 1)
  }

  @Test("no bar spans two sessions over a change of the clock")
  func clockChange() throws {
    // New York went to summer time on Sunday 2021-03-14; sessions of Friday the 12th and Monday the 15th.
    let friday: Int64 = 1_615_559_400_000_000_000  // 09:30 EST
    let monday = friday + 3 * 1440 * minute - 60 * minute  // 09:30 EDT
    var series = TickSeries(symbol: "A")
    for start in [friday, monday] {
      for step in 0..<39 { series.append(trade(start + Int64(step) * 10 * minute)) }
    }
    let bars = try series.bars(.ticks(10), calendar: .nyse)
    #expect(bars.map(\.ticks) == [10, 10, 10, 9, 10, 10, 10])
    #expect(bars[3].closeTime == friday + 390 * minute)
    var builder = try SessionBarBuilder(.ticks(10), calendar: .nyse)
    _ = builder.update(trade(monday))
    // A bar that began on Sunday at 00:30, before the change, ends at the close of the new clock: 16:00 EDT, 14.5 hours later.
    var early = try SessionBarBuilder(.ticks(10), calendar: .nyse)
    let sunday = friday + 1980 * minute + 360 * minute
    _ = early.update(trade(sunday))
    #expect(early.advance(to: sunday + 870 * minute - 1) == nil)
    #expect(early.advance(to: sunday + 870 * minute)?.closeTime == sunday + 870 * minute)
    #expect(builder.advance(to: monday + 390 * minute)?.closeTime == monday + 390 * minute)
  }

  @Test("a bar that was cut short does not change what is expected of the next")
  func cutBars() throws {
    var options = AdaptiveThreshold()
    options.initialTicks = 10
    var whole = try BarBuilder(.runs(.ticks, .adaptive(options)))
    for step in 0..<200 { _ = whole.update(trade(Int64(step), Double(100 + step * step % 7))) }
    _ = whole.close(at: 200)
    var cut = whole
    for step in 200..<203 { _ = cut.update(trade(Int64(step), Double(200 + step))) }
    #expect(cut.close(at: 203)?.ticks == 3)
    let prices = (0..<300).map { Double(1000 + $0 * $0 % 11) }
    let bars = prices.map { whole.update(trade(1000, $0))?.ticks }
    #expect(prices.map { cut.update(trade(1000, $0))?.ticks } == bars)
    #expect(bars.count { $0 != nil } > 3)
  }

  @Test("a session builder written and read in mid-stream goes on with the same bars")
  func restored() throws {
    var builder = try SessionBarBuilder(.imbalance(.volume, .fixed(9)), calendar: .nse)
    var again = builder
    for step in 0..<500 {
      let tick = trade(open + Int64(step) * 7 * minute, Double(100 + step * 7 % 5), size: Double(step % 4))
      #expect(builder.update(tick) == again.update(tick))
      again = try JSONDecoder().decode(SessionBarBuilder.self, from: JSONEncoder().encode(again))
    }
    #expect(builder.forming == again.forming)
  }

  @Test("states of the first version can still be read")
  func firstVersion() throws {
    let text = #"{"rule":{"ticks":{"_0":2}}}"#
    var builder = try JSONDecoder().decode(BarBuilder.self, from: Data(text.utf8))
    #expect(builder.update(trade(1)) == nil && builder.update(trade(2))?.ticks == 2)
  }
}
