#if Programs
import ArgumentParser
import Foundation
import ProgramSupport
import TickData
import TickStorage

/// Appends ticks to a store on disk and reads them back.
struct StorageBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "storage", abstract: "Appends ticks to a store and reads them; prints one line of JSON.")

  @Option(help: "Ticks.") var ticks = 2_000_000
  @Option(help: "Ticks of a batch, each a transaction of its own.") var batch = 200_000
  @Option(help: "Store to make; removed at the end.") var store = "benchmark.duckdb"

  struct Report: Encodable {
    let ticks: Int
    let append_per_second: Double
    let read_per_second: Double
    let read_by_symbol_per_second: Double
    let peak_memory_mib: Double
  }

  func run() throws {
    var options = MarketOptions()
    options.ticks = ticks
    let all = TickBatch(merging: try SyntheticMarket(options).ticks())
    var batches: [TickBatch] = []
    var start = 0
    while start < all.count {
      let rows = Array(start..<min(start + batch, all.count))
      batches.append(
        try TickBatch(
          symbols: all.symbols, symbolIndices: rows.map { all.symbolIndices[$0] },
          columns: all.columns.selecting(rows)))
      start += batch
    }
    for ending in ["", ".wal"] { unlink(store + ending) }
    defer { for ending in ["", ".wal"] { unlink(store + ending) } }
    let (_, append) = try timed {
      let target = try TickStore(path: store)
      for batch in batches { try target.append(batch) }
    }
    let source = try TickStore(path: store, readOnly: true)
    var rows = 0
    let (_, read) = try timed { try source.forEachBatch { rows += $0.count } }
    guard rows == ticks else { throw ValidationError("\(rows) rows were read of \(ticks)") }
    let (_, bySymbol) = try timed {
      for symbol in all.symbols { rows -= try source.ticks(symbol: symbol).count }
    }
    guard rows == 0 else { throw ValidationError("reading by symbol missed \(rows) rows") }
    try Console.printJSON(
      Report(
        ticks: ticks, append_per_second: Double(ticks) / append, read_per_second: Double(ticks) / read,
        read_by_symbol_per_second: Double(ticks) / bySymbol, peak_memory_mib: peakMemoryMiB()))
  }
}
#endif
