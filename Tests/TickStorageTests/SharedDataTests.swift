import TestSupport
import Testing
import TickData
import TickStorage

/// Real files of several vendors; skipped where the folder `../shared/data` is absent.
@Suite("Vendor layouts", .enabled(if: SharedData.isPresent, "../shared/data is not here"))
struct SharedDataTests {
  private func table(_ name: String, _ format: TickFileFormat? = nil) throws -> TickTable {
    try TickFile(SharedData.path("ticks/\(name)"), format: format).table()
  }

  private func expectSame(_ raw: TickSeries?, _ parquet: TickSeries?, _ columns: [KeyPath<TickColumns, [Double]>])
    throws
  {
    let (raw, parquet) = (try #require(raw), try #require(parquet))
    #expect(raw.columns.times == parquet.columns.times)
    for column in columns { #expect(isSameBits(raw.columns[keyPath: column], parquet.columns[keyPath: column])) }
  }

  @Test("the NSE day has its rows and symbols")
  func nse() throws {
    let table = try table("nse/nse_20210511.parquet")
    #expect(table.rowCount == 1_071_010)
    #expect(table.series.count == 61)
    let raw = try self.table("nse/raw/INFY_2021-05-11_.csv.gz", .nse)
    try expectSame(raw["INFY"], table["INFY"], [\.prices])
  }

  @Test("a Lean zip equals the table made of it")
  func lean() throws {
    let raw = try table("us_equities/raw/ibm_20131008_trade.zip")
    #expect(raw["IBM"]?.count == 33_381)
    let all = try table("us_equities/us_equities_20131008_tq.parquet")
    let trades = try #require(all["IBM"]).columns
    let rows = (0..<trades.count).filter { !trades.prices[$0].isNaN }
    try expectSame(raw["IBM"], TickSeries(symbol: "IBM", columns: trades.selecting(rows)), [\.prices, \.sizes])
    #expect(try table("us_equities/raw/ibm_20131008_quote.zip")["IBM"]?.count == 125_750)
    let gold = try table("futures_comex/raw/gc_20131007_trade.zip")
    #expect(gold["GC201312"] != nil)
    let fx = try table("fx/raw/oanda_xauusd_20140511_quote.zip")
    #expect(try #require(fx["XAUUSD"]).columns.bids.allSatisfy { $0 > 1000 && $0 < 2000 })
  }

  @Test("LOBSTER's messages carry the book after them")
  func lobster() throws {
    let raw = try table("lobster/AMZN_2012-06-21_34200000_57600000_message_1.csv.gz")
    let parquet = try table("lobster/lobster_AMZN_20120621_L1.parquet")
    #expect(raw["AMZN"]?.count == 57_515)
    try expectSame(raw["AMZN"], parquet.series.first, [\.prices, \.bids, \.asks, \.bidSizes, \.askSizes])
  }

  @Test("Binance's log gives trades with sides and the best quotes")
  func binance() throws {
    let raw = try #require(try table("crypto_binance/raw/spot_btcusdt_20240808.gz", .binance)["BTCUSDT"])
    let trades = raw.columns.prices.count { !$0.isNaN }
    #expect(trades == 9757)
    #expect(raw.columns.bids.count { !$0.isNaN } == 28_040)
    #expect(zip(raw.columns.prices, raw.columns.sides).allSatisfy { $0.isNaN == ($1 == 0) })
    // One clock for all rows: sorting by time moves no trade behind a quote that came after it.
    #expect(raw.columns.times == raw.columns.times.sorted())
  }

  @Test("the dirty day's epoch and mock-session rows are found, dropped and counted")
  func dirtyDay() throws {
    let table = try table("nse/nse_20210611.parquet")
    let report = try TickCleaner(CleaningOptions(feed: .snapshot, calendar: .nse)).clean(table).report
    #expect(report.rowsIn == 558_950)
    #expect(report.rows(.epochTime) == 16_277)
    #expect(report.rows(.closedDay) == 137_068)
    #expect(report.rowsOut == 558_950 - 16_277 - 137_068)
  }
}
