import Compute
import TestSupport
import Testing
import TickData

@Suite("Cleaning") struct CleanerTests {
  private func market(_ ticks: Int = 20_000) throws -> TickSeries {
    var options = MarketOptions()
    options.ticks = ticks
    options.symbols = 1
    return try SyntheticMarket(options).ticks().series[0]
  }

  private func options(_ change: (inout CleaningOptions) -> Void = { _ in }) -> CleaningOptions {
    var options = CleaningOptions(feed: .exchange, calendar: .nse)
    change(&options)
    return options
  }

  @Test("clean ticks pass unchanged")
  func clean() throws {
    let series = try market()
    let result = try TickCleaner(options()).clean(series)
    #expect(result.series.columns == series.columns)
    #expect(result.report.rejects.isEmpty)
    #expect(result.report.totals.allSatisfy { $0.action == .reported })
  }

  @Test("every injected fault is found by its rule and counted exactly", arguments: MarketFault.allCases)
  func faults(_ fault: MarketFault) throws {
    var series = try market()
    let clean = try TickCleaner(options()).clean(series).report
    var random = RandomStream(seed: 4)
    let rowsBefore = series.count
    let injected = fault.inject(into: &series, share: 0.02, calendar: .nse, random: &random)
    #expect(injected > 0)
    let chosen = options {
      $0[.lockedQuote] = .apply
      $0[.zeroSize] = .apply
      $0.sizeIsCumulative = fault == .cumulativeVolume
    }
    let result = try TickCleaner(chosen).clean(series)
    #expect(result.report.rowsIn == series.count)
    #expect(result.report.rowsIn == result.report.rowsOut + result.report.rejects.count)
    #expect(result.series.columns.times == result.series.columns.times.sorted())
    guard let rule = fault.rule else {
      // Trades without quotes and quotes without trades are normal rows: none is lost.
      #expect(result.report.rowsOut == rowsBefore)
      return
    }
    let found = result.report.rows(rule) - clean.rows(rule)
    if fault == .equalStamps || fault == .duplicateRows {
      // A doubled row is equal in its stamp as well; chance adds none here, for stamps are nanoseconds.
      #expect(found == injected)
    } else {
      #expect(found == injected, "\(fault): \(result.report.totals)")
    }
    // What has been cleaned is clean; sizes that were cumulative are not any more.
    if fault != .cumulativeVolume { #expect(try TickCleaner(chosen).clean(result.series).report.rejects.isEmpty) }
  }

  @Test("a switched-off rule neither counts nor changes")
  func off() throws {
    var series = try market(2000)
    var random = RandomStream(seed: 4)
    _ = MarketFault.crossedQuotes.inject(into: &series, share: 0.1, calendar: .nse, random: &random)
    let result = try TickCleaner(options { $0[.crossedQuote] = .off }).clean(series)
    #expect(result.series.columns == series.columns)
    #expect(result.report.rows(.crossedQuote) == 0)
  }

  @Test("cumulative volume turns back into sizes")
  func cumulative() throws {
    var series = try market(5000)
    let sizes = series.columns.sizes
    var random = RandomStream(seed: 4)
    _ = MarketFault.cumulativeVolume.inject(into: &series, share: 0, calendar: .nse, random: &random)
    let result = try TickCleaner(options { $0.sizeIsCumulative = true }).clean(series)
    #expect(result.series.columns.sizes == sizes)
  }

  @Test("equal prints are kept, however many")
  func equalPrints() throws {
    var series = TickSeries(symbol: "A")
    let tick = Tick(symbol: "A", time: 1_620_704_700_000_000_000, price: 10, size: 5)
    for _ in 0..<10 { series.append(tick) }
    let result = try TickCleaner(options()).clean(series)
    #expect(result.series.count == 10)
    #expect(result.report.rows(.duplicateRow) == 9)
  }

  @Test("rows with equal stamps keep their order when others are sorted")
  func stableSort() throws {
    var series = TickSeries(symbol: "A")
    let start: Int64 = 1_620_704_700_000_000_000
    for (offset, price) in [(1, 1.0), (1, 2), (0, 3), (1, 4)] {
      series.append(Tick(symbol: "A", time: start + Int64(offset), price: price, size: 1))
    }
    let result = try TickCleaner(options()).clean(series)
    #expect(result.series.columns.prices == [3, 1, 2, 4])
  }

  @Test("stamps of garbage are handled, not trapped on")
  func garbage() throws {
    var series = TickSeries(symbol: "A")
    for time in [Int64.max, Int64.min + 1, 9_000_000_000_000_000_000, -9_000_000_000_000_000_000, Tick.noTime] {
      series.append(Tick(symbol: "A", time: time, price: 10, size: 1))
    }
    for calendar in [TradingCalendar.nse, .nyse, .always] {
      let report = try TickCleaner(CleaningOptions(calendar: calendar)).clean(series).report
      #expect(report.rowsIn == report.rowsOut + report.rejects.count)
    }
  }

  @Test("a late row of an earlier day does not start the cumulative volume anew")
  func lateDay() throws {
    var series = TickSeries(symbol: "A")
    let day: Int64 = 86_400_000_000_000
    let start: Int64 = 1_620_704_700_000_000_000
    for (offset, total) in [(0, 600.0), (0, 1000), (1, 400), (0, 1000), (1, 410)] {
      series.append(Tick(symbol: "A", time: start + Int64(offset) * day, price: 10, size: total))
    }
    let cleaner = try TickCleaner(
      options {
        $0.sizeIsCumulative = true
        $0[.stampStepsBack] = .off
        $0[.zeroSize] = .off
      })
    #expect(cleaner.clean(series).series.columns.sizes == [600, 400, 400, 0, 10])
  }

  @Test("a hole limit that is not positive is refused")
  func refused() {
    #expect(throws: TickDataError.self) { try TickCleaner(options { $0.holeSeconds = 0 }) }
  }
}
