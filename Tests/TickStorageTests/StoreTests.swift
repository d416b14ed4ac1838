import Foundation
import TestSupport
import Testing
import TickData
import TickStorage

@Suite("Store") struct StoreTests {
  private func ticks(_ count: Int = 7000) throws -> TickTable {
    var options = MarketOptions()
    options.ticks = count
    var table = TickTable()
    for var series in try SyntheticMarket(options).ticks().series {
      // Rows that are only quotes or only trades, without a stamp, cancelled, and a name longer than twelve bytes.
      for row in stride(from: 0, to: series.count, by: 7) { series.columns.prices[row] = .nan }
      for row in stride(from: 3, to: series.count, by: 11) { series.columns.bids[row] = .nan }
      series.columns.times[5] = Tick.noTime
      series.columns.cancelled[6] = 1
      if series.symbol == "SYM003" { series.symbol = "A_LONG_SYMBOL'S NAME" }
      table.append(series)
    }
    return table
  }

  private func expectSame(_ a: TickColumns?, _ b: TickColumns?) throws {
    let (a, b) = (try #require(a), try #require(b))
    #expect(a.times == b.times && a.sides == b.sides && a.cancelled == b.cancelled)
    for (x, y) in [
      (a.prices, b.prices), (a.sizes, b.sizes), (a.bids, b.bids), (a.asks, b.asks), (a.bidSizes, b.bidSizes),
      (a.askSizes, b.askSizes),
    ] { #expect(isSameBits(x, y)) }
  }

  @Test("what is appended is read back, by symbol, as a table and after reopening")
  func roundTrip() throws {
    let scratch = try ScratchFolder()
    let table = try ticks()
    do {
      let store = try TickStore(path: scratch("a.duckdb"))
      try store.append(table)
      try store.append(TickBatch())
    }
    let store = try TickStore(path: scratch("a.duckdb"), readOnly: true)
    let again = try store.table()
    #expect(again.symbols == table.symbols)
    for symbol in table.symbols {
      try expectSame(again[symbol]?.columns, table[symbol]?.columns)
      try expectSame(store.ticks(symbol: symbol).columns, table[symbol]?.columns)
    }
    #expect(try store.ticks(symbol: "nobody").count == 0)
    #expect(throws: StorageError.self) { try store.append(table) }
  }

  @Test("the newest rows are those with the newest times, and symbols come in order")
  func newest() throws {
    let store = try TickStore(path: nil)
    let table = try ticks()
    try store.append(table)
    #expect(try store.symbols() == table.symbols.sorted())
    let (all, stored) = (try store.table(newest: .max), try store.table())
    #expect(all.symbols == stored.symbols && all.rowCount == table.rowCount)
    for (a, b) in zip(all.series, stored.series) { try expectSame(a.columns, b.columns) }
    #expect(try store.table(newest: 0).rowCount == 0)
    // The newest by time, of all symbols, though one was appended after the other; rows without a time are none of them.
    let times = table.series.flatMap(\.columns.times).filter { $0 != Tick.noTime }.sorted(by: >)
    let newest = try store.table(newest: 1500)
    for series in table.series {
      var wanted = TickTable()
      for row in 0..<series.count where series.columns.times[row] >= times[1499] { wanted.append(series[row]) }
      #expect(wanted.rowCount > 0)
      try expectSame(
        newest.series.first { $0.symbol == series.symbol }?.columns, try #require(wanted.series.first).columns)
    }
    // More than there are rows with a time.
    #expect(try store.table(newest: times.count + 1).rowCount == times.count)
    #expect(try store.table(newest: table.rowCount + 1).rowCount == table.rowCount)
  }

  @Test("a time range holds its start and not its end")
  func ranges() throws {
    let table = try ticks()
    let store = try TickStore(path: nil)
    try store.append(table)
    let times = try #require(table["SYM001"]).columns.times
    let part = try store.ticks(symbol: "SYM001", from: times[100], to: times[200])
    #expect(part.columns.times == Array(times[100..<200]))
    // The row without a stamp is outside every range.
    #expect(try store.ticks(symbol: "SYM001", from: 0).count == times.count - 1)
  }

  @Test("statistics count rows and spans")
  func statistics() throws {
    let table = try ticks()
    let store = try TickStore(path: nil)
    try store.append(table)
    let found = try store.statistics()
    #expect(found.map(\.symbol) == table.symbols.sorted())
    let first = try #require(found.first { $0.symbol == "SYM001" })
    let columns = try #require(table["SYM001"]).columns
    #expect(first.rows == columns.count)
    #expect(first.trades == columns.prices.count { !$0.isNaN })
    #expect(first.firstTime == columns.times.filter { $0 != Tick.noTime }.min())
    #expect(first.lastTime == columns.times.max())
  }

  @Test("an export by symbol and date reads back whole")
  func export() throws {
    let scratch = try ScratchFolder()
    // Enough rows for DuckDB to use several threads if it were let.
    let table = try ticks(400_000)
    let store = try TickStore(path: nil)
    try store.append(table)
    try store.exportParquet(to: scratch("parquet"))
    try store.exportParquet(to: scratch("parquet"))
    let again = try TickFile(scratch("parquet")).table()
    #expect(again.rowCount == table.rowCount)
    for symbol in table.symbols {
      // Dates are read one after another and rows without a stamp last; within a date nothing is sorted.
      let rows = try #require(again[symbol]).columns
      let expected = try #require(table[symbol]).columns
      let stamped = (0..<expected.count).filter { expected.times[$0] != Tick.noTime }
      let unstamped = (0..<expected.count).filter { expected.times[$0] == Tick.noTime }
      try expectSame(rows, expected.selecting(stamped + unstamped))
    }
    #expect(FileManager.default.fileExists(atPath: scratch("parquet/symbol=SYM001/date=2021-05-11")))
    // An export of other ticks leaves nothing of this one; a folder with anything else in it is refused.
    let other = try TickStore(path: nil)
    try other.append(TickTable([try #require(table["SYM002"])]))
    try other.exportParquet(to: scratch("parquet"))
    #expect(try TickFile(scratch("parquet")).table().symbols == ["SYM002"])
    try Data("x".utf8).write(to: URL(fileURLWithPath: scratch("parquet/notes.txt")))
    #expect(throws: StorageError.self) { try other.exportParquet(to: scratch("parquet")) }
  }

  @Test("files of every ending read back", arguments: ["ticks.parquet", "ticks.csv", "ticks.csv.gz"])
  func files(_ name: String) throws {
    let scratch = try ScratchFolder()
    let table = try ticks(2000)
    try TickFile.write(TickBatch(merging: table), to: scratch(name))
    let again = try TickFile(scratch(name)).table()
    for symbol in table.symbols { try expectSame(again[symbol]?.columns, table[symbol]?.columns) }
    #expect(throws: StorageError.self) { try TickFile.write(TickBatch(merging: table), to: scratch("ticks.xls")) }
    #expect(throws: StorageError.self) { try TickFile.write(TickBatch(merging: table), to: scratch("no/folder.csv")) }
  }

  @Test("bad files and stores are refused with a reason")
  func refused() throws {
    let scratch = try ScratchFolder()
    try Data("not a database, but long enough to be looked at as one".utf8).write(
      to: URL(fileURLWithPath: scratch("x.duckdb")))
    #expect { try TickStore(path: scratch("x.duckdb")) } throws: { ($0 as? StorageError)?.code == .cannotOpen }
    #expect(throws: StorageError.self) { try TickStore(path: scratch("absent.duckdb"), readOnly: true) }
    #expect(throws: StorageError.self) { try TickFile(scratch("absent.csv")) }
    try Data("a,b\n1,2\n".utf8).write(to: URL(fileURLWithPath: scratch("x.csv")))
    #expect { try TickFile(scratch("x.csv")).table() } throws: { "\($0)".contains("it has a, b") }
    let cutOff = "symbol,ts_ns,price,size\n" + String(repeating: "A,1620704700000000000,1.5,2\n", count: 50) + "A,162"
    try Data(cutOff.utf8).write(to: URL(fileURLWithPath: scratch("cut.csv")))
    #expect { try TickFile(scratch("cut.csv")).table() } throws: { "\($0)".contains("52") }
    try Data("PAR1 no parquet".utf8).write(to: URL(fileURLWithPath: scratch("x.parquet")))
    #expect { try TickFile(scratch("x.parquet")).table() } throws: { ($0 as? StorageError)?.code == .badFile }
    try Data("PK no zip".utf8).write(to: URL(fileURLWithPath: scratch("x.zip")))
    #expect { try TickFile(scratch("x.zip")).table() } throws: { ($0 as? StorageError)?.code == .badFile }
  }

  @Test("other names and units come in by a mapping")
  func mapping() throws {
    let scratch = try ScratchFolder()
    try Data("t,last,qty,way\n1620704700.5,10.5,3,buy\n1620704701,10.25,,S\n".utf8).write(
      to: URL(fileURLWithPath: scratch("x.csv")))
    var mapping = ColumnMapping()
    try mapping.apply(["time=t", "time_unit=s", "price=last", "size=qty", "side=way", "constant_symbol=ABC"])
    let series = try #require(try TickFile(scratch("x.csv"), mapping: mapping).table()["ABC"])
    #expect(series.columns.times == [1_620_704_700_500_000_000, 1_620_704_701_000_000_000])
    #expect(series.columns.prices == [10.5, 10.25])
    #expect(series.columns.sizes[0] == 3 && series.columns.sizes[1].isNaN)
    #expect(series.columns.sides == [1, -1])
    #expect(throws: StorageError.self) { try mapping.apply(["colour=red"]) }
    #expect(throws: StorageError.self) { try mapping.apply(["time_unit=weeks"]) }
    #expect(throws: StorageError.self) { try mapping.apply(["price"]) }
    #expect { try TickFile(scratch("x.csv")).table() } throws: { "\($0)".contains("time column 'ts_ns'") }
  }

  @Test("stamps keep their zone, their nanoseconds, and mean the same on every machine")
  func stamps() throws {
    let scratch = try ScratchFolder()
    func times(_ text: String, _ zone: String) throws -> [Int64] {
      try Data("t,price,side\n\(text),1,-1.0\n".utf8).write(to: URL(fileURLWithPath: scratch("x.csv")))
      var mapping = ColumnMapping()
      try mapping.apply(["time=t", "time_unit=timestamp", "time_zone=\(zone)", "constant_symbol=A"])
      let columns = try #require(try TickFile(scratch("x.csv"), mapping: mapping).table()["A"]).columns
      #expect(columns.sides == [-1])
      return columns.times
    }
    #expect(try times("2021-05-11 09:15:00.123456789", "Asia/Kolkata") == [1_620_704_700_123_456_789])
    #expect(try times("2021-05-11 09:15:00+05:30", "America/New_York") == [1_620_704_700_000_000_000])
    #expect(try times("2021-05-11T03:45:00Z", "Asia/Kolkata") == [1_620_704_700_000_000_000])
    #expect(try times("2021-05-11 03:45:00", "UTC") == [1_620_704_700_000_000_000])
  }

  @Test("a file that is given up leaves nothing, and one that cannot be written says so")
  func tableFiles() throws {
    let scratch = try ScratchFolder()
    let values = (0..<10_000).map(Double.init)
    func append(_ writer: TableFileWriter) throws {
      try values.withUnsafeBufferPointer {
        try writer.append(
          symbols: ["A"], symbolIndices: [Int32](repeating: 0, count: 10_000),
          times: [Int64](repeating: 5, count: 10_000),
          columns: [$0])
      }
    }
    do {
      let writer = try TableFileWriter(path: scratch("given-up.parquet"), columns: ["x"])
      try append(writer)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).isEmpty)
    let writer = try TableFileWriter(path: scratch("whole.csv"), columns: ["x"])
    try writer.drain()  // Nothing to wait for.
    try append(writer)
    try writer.drain()
    try writer.finish()
    try writer.drain()
    let lines = try String(contentsOfFile: scratch("whole.csv"), encoding: .utf8).split(separator: "\n")
    #expect(lines.count == 10_001 && lines[9_999] == "A,5,9998.0")
    #expect(throws: StorageError.self) { try TableFileWriter(path: scratch("no/x.csv"), columns: ["x"]) }
    #expect(throws: StorageError.self) { try TableFileWriter(path: scratch("x.csv"), columns: ["x", "x"]) }
  }

  @Test("a file is lent in batches of about the size asked for, by any number of threads", arguments: [1, 2])
  func batches(threads: Int) throws {
    let scratch = try ScratchFolder()
    var series = TickSeries(symbol: "A")
    for step in 0..<5000 { series.append(Tick(symbol: "A", time: Int64(step), price: 1 + Double(step), size: 1)) }
    let indices = [Int32](repeating: 0, count: series.count)
    try TickFile.write(
      TickBatch(symbols: ["A"], symbolIndices: indices, columns: series.columns), to: scratch("t.parquet"))
    let file = try TickFile(scratch("t.parquet"))
    var prices: [Double] = []
    try file.forEachBatch(rows: 1000, threads: threads) { batch in
      #expect(batch.count < 1000 + 2048)
      prices += batch.columns.prices
    }
    #expect(prices == series.columns.prices)
    #expect(throws: StorageError.self) { try file.forEachBatch(threads: 0) { _ in } }
    #expect(throws: StorageError.self) { try file.forEachBatch(rows: 0) { _ in } }
  }

  @Test("rejected rows are written with their reason")
  func rejects() throws {
    let scratch = try ScratchFolder()
    var series = TickSeries(symbol: "A")
    series.append(Tick(symbol: "A", time: 0, price: 10, size: 1))
    series.append(Tick(symbol: "A", time: 1_620_704_700_000_000_000, price: -1, size: 1))
    let report = try TickCleaner(CleaningOptions()).clean(series).report
    try RejectsFile.write(report.rejects, to: scratch("r.csv"))
    let text = try String(contentsOfFile: scratch("r.csv"), encoding: .utf8)
    #expect(text.contains("A,0,0,epochTime,10.0") && text.contains("A,1620704700000000000,1,invalidPrice,-1.0"))
  }
}
