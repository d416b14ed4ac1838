#if Programs
import ArgumentParser
import Compute
import Foundation
import ProgramSupport
import TickData
import TickStorage
import TickStreaming

@main
struct GenerateTicks: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate-ticks",
    abstract: "Makes ticks of a synthetic market, all at once or at a rate; or serves them, or a file's, by WebSocket.",
    discussion: """
      Equal options and seed give equal ticks. --setting noise with --signal 0 is a market in which nothing can be
      predicted; --signal A plants one that explains the share A of each tick's standard deviation. --fault puts faults
      of real feeds into the ticks, to see what cleaning makes of them.

      With --rate ticks are delivered in real time, a tenth of a second at a time: into a store, batch after batch, or
      without --output as lines of JSON on standard output.

      With --serve they go to WebSocket clients: at the rate, or at the ticks' own times with --speed. ws://HOST:PORT/ticks
      sends at once, with ?symbols=A,B&from=start&batch=100 as wanted; ws://HOST:PORT/ waits for a message such as
      {"type":"subscribe","symbols":["SYM001"],"from":"start","batch":100}. Subscribers who are slow get all ticks late
      (--slow wait), the newest only (drop), or are sent away (disconnect).

      Examples:
        generate-ticks --count 300000 --output ticks.parquet
        generate-ticks --rate 1000 --duration 10
        generate-ticks --rate 1000 --duration 10 --output ticks.duckdb
        generate-ticks --serve --rate 1000
        generate-ticks --serve --replay day.parquet --speed 60
      """)

  @Option(help: "Ticks to make.") var count: Int?
  @Option(help: "Ticks per second, in real time.") var rate: Double?
  @Option(help: "Seconds to run at the rate.") var duration: Double?
  @Option(help: "Symbols.") var symbols = 5
  @Option(help: "Sessions over which the ticks are spread.") var sessions = 3
  @Option(help: "Seed.") var seed: UInt64 = 1
  @Option(help: "realistic or noise.") var setting = MarketOptions.Setting.realistic
  @Option(help: "Strength of the planted signal, 0..<1.") var signal = 0.0
  @Option(parsing: .upToNextOption, help: "Faults to put in, such as crossedQuotes holes epochStamps.")
  var fault: [MarketFault] = []
  @Option(help: "Share of rows that get each fault.") var faultShare = 0.01
  @Option(help: "Calendar of the sessions: NSE, NYSE or 24H.") var calendar = "NSE"
  @Option(help: "Output: .parquet, .csv, .csv.gz, or a .duckdb store, to which ticks are added.")
  var output: String?
  @Option(help: "Ticks of a batch when writing to a store.") var batch = 100_000
  @Flag(help: "Print the report as one line of JSON.") var json = false
  #if Streaming
  @OptionGroup(title: "Serving") var server: ServeOptions
  #endif

  private var isServing: Bool {
    #if Streaming
    server.serve
    #else
    false
    #endif
  }

  struct Report: Encodable {
    var ticks = 0
    var symbols = 0
    var seconds = 0.0
    var output = ""
    var faults: [String: Int] = [:]
    var implied_auc: [String: Double] = [:]
  }

  mutating func validate() throws {
    switch (count, rate, duration) {
    case (_?, nil, nil):
      guard isServing || output != nil else { throw ValidationError("give --output FILE, or --rate for lines of JSON") }
    case (nil, let rate?, let duration?):
      guard rate > 0, duration > 0, rate * duration <= 1e9 else {
        throw ValidationError("--rate and --duration must be positive and make at most 1,000,000,000 ticks")
      }
    case (_, let rate?, nil) where isServing: try require(rate > 0, "--rate", rate, "more than 0 is needed")
    case (nil, nil, nil) where isServing: break
    default: throw ValidationError("give --count N, or --rate R with --duration S")
    }
    guard faultShare >= 0, faultShare <= 0.5 else {
      throw ValidationError("--fault-share is \(faultShare); 0 to 0.5 are allowed")
    }
    guard batch >= 1 else { throw ValidationError("--batch is \(batch); at least 1 is needed") }
    if isServing, output != nil { throw ValidationError("give either --serve or --output") }
  }

  func run() async throws {
    #if Streaming
    if server.serve {
      if let ticks = try server.replayed() {
        return try await server.run(ticks, rate: rate, loops: 1, name: "replay")
      }
      var report = Report()
      let ticks = try makeTicks(&report).ticks
      // Without an end a rate has no number of ticks: a market of a million, over and over.
      let isEndless = rate != nil && duration == nil && count == nil
      return try await server.run(TickBatch(merging: ticks), rate: rate, loops: isEndless ? nil : 1, name: "market")
    }
    #endif
    try makeFile()
  }

  private func makeTicks(_ report: inout Report) throws -> (ticks: TickTable, market: SyntheticMarket) {
    var options = MarketOptions()
    options.ticks = count ?? duration.map { Int((rate ?? 0) * $0) } ?? 1_000_000
    options.symbols = symbols
    options.sessions = sessions
    options.seed = seed
    options.setting = setting
    options.signalStrength = signal
    options.calendar = try TradingCalendar.named(calendar)
    let market = try SyntheticMarket(options)
    return (withFaults(market.ticks(), options.calendar, &report), market)
  }

  private func makeFile() throws {
    var report = Report()
    let (ticks, market) = try makeTicks(&report)
    report.ticks = ticks.rowCount
    report.symbols = ticks.series.count
    guard let output else { return try printLines(TickBatch(merging: ticks)) }
    report.output = output
    if setting == .noise {
      for horizon in [1, 5, 10] { report.implied_auc["direction_\(horizon)"] = market.impliedAUC(horizon: horizon) }
    }
    let (_, seconds) = try timed { try write(ticks, to: output) }
    report.seconds = seconds
    if json { return try Console.printJSON(report) }
    Console.note("generate-ticks: \(format(report.ticks)) ticks of \(report.symbols) symbols in \(output)")
    for (name, rows) in report.faults.sorted(by: { $0.key < $1.key }) { Console.note("  \(name): \(format(rows))") }
    for (name, auc) in report.implied_auc.sorted(by: { $0.key < $1.key }) {
      Console.note("  best possible AUC of \(name): \(format(auc))")
    }
  }

  private func withFaults(_ ticks: TickTable, _ calendar: TradingCalendar, _ report: inout Report) -> TickTable {
    guard !fault.isEmpty else { return ticks }
    var random = RandomStream(seed: seed, path: 9)
    var changed = TickTable()
    for var series in ticks.series {
      for fault in fault {
        let rows = fault.inject(into: &series, share: faultShare, calendar: calendar, random: &random)
        report.faults[fault.rawValue, default: 0] += rows
      }
      changed.append(series)
    }
    return changed
  }

  /// Prints ticks as lines of JSON, at the rate.
  private func printLines(_ ticks: TickBatch) throws {
    let clock = ContinuousClock()
    let start = clock.now
    for row in 0..<ticks.count {
      if let rate, row % max(1, Int(rate / 100)) == 0 {
        fflush(nil)
        let wait = (start + .seconds(Double(row) / rate) - clock.now).seconds
        if wait > 0 { Thread.sleep(forTimeInterval: wait) }
      }
      print(String(decoding: try TickMessage(ticks[row]).encoded(), as: UTF8.self))
    }
  }

  private func write(_ ticks: TickTable, to output: String) throws {
    let all = TickBatch(merging: ticks)
    guard output.hasSuffix(".duckdb") else { return try TickFile.write(all, to: output) }
    let store = try TickStore(path: output)
    let progress = Progress("generate-ticks", total: all.count, isQuiet: json)
    let perBatch = rate.map { max(1, Int($0 / 10)) } ?? batch
    let clock = ContinuousClock()
    let start = clock.now
    var done = 0
    while done < all.count {
      let end = min(done + perBatch, all.count)
      if let rate {
        let due = start + .seconds(Double(end) / rate)
        let wait = (due - clock.now).seconds
        if wait > 0 { Thread.sleep(forTimeInterval: wait) }
      }
      let rows = Array(done..<end)
      try store.append(
        TickBatch(
          symbols: all.symbols, symbolIndices: rows.map { all.symbolIndices[$0] },
          columns: all.columns.selecting(rows)))
      done = end
      // A batch is on disk when its line appears.
      if json { print("{\"acknowledged\":\(done)}") } else { progress.update(done) }
      fflush(nil)
    }
  }
}
#else
@main
struct NeedsPrograms {
  static func main() { print("built without the package trait 'Programs'") }
}
#endif
