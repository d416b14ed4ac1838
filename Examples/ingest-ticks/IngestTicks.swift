#if Programs
import ArgumentParser
import Foundation
import ProgramSupport
import TickData
import TickStorage

@main
struct IngestTicks: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ingest-ticks",
    abstract: "Reads a file of ticks, cleans it, and adds it to a store; or stores the ticks of a Kafka topic.",
    discussion: """
      Every row that cleaning drops, repairs or moves is counted by rule and symbol; --rejects writes the dropped rows
      with their reason. Nothing is dropped for having equal values: equal prints are real prints.

      With --kafka it stores the messages of a topic as they come, each once through any crash, until SIGTERM; they are
      stored as they are, and cleaned when they are used. More instances, each with a store of its own, share the work.

      Examples:
        ingest-ticks --ticks day.parquet --calendar NSE --feed snapshot --output ticks.duckdb --rejects bad.csv
        ingest-ticks --kafka 127.0.0.1:9092 --topic tick-data --output ticks.duckdb --parquet export --retention 86400
      """)

  @OptionGroup var input: TickOptions
  @Option(help: "Store to add the ticks to; made where there is none.") var output: String
  @Option(help: "File for the rows that were dropped, with the reason: .csv or .csv.gz or .parquet.")
  var rejects: String?
  @Option(help: "Folder for an export as Parquet by symbol and date.") var parquet: String?
  @Flag(help: "Take the ticks as they stand.") var noClean = false
  #if Streaming
  @OptionGroup(title: "Kafka") var live: LiveIngestOptions
  #endif
  @Flag(help: "Print the report as one line of JSON.") var json = false

  struct Report: Encodable {
    let rows_in: Int
    let rows_out: Int
    let rules: [CleaningReport.Count]
    let store: [TickStore.SymbolStatistics]
  }

  func run() async throws {
    #if Streaming
    if live.kafka != nil { return try await live.run(input, output, parquet, rejects, json: json) }
    #endif
    try ingestFile()
  }

  private func ingestFile() throws {
    guard input.store == nil else { throw ValidationError("ingest-ticks reads --ticks FILE, not a store") }
    try input.refuseOverwriting(output, rejects, parquet)
    // Before anything is stored: a second try must not store it twice.
    if let rejects { try checkOutput(rejects, endings: [".csv", ".csv.gz", ".parquet"]) }
    if let parquet { try checkOutput(parquet, endings: [""]) }
    var ticks = try input.table()
    var report = CleaningReport()
    let before = ticks.rowCount
    if !noClean { (ticks, report) = try input.cleaner().clean(ticks) }
    if ticks.rowCount == 0, before > 0 {
      throw ValidationError(
        "cleaning drops all \(before) rows (\(report.totals.map { "\($0.rule.rawValue) \($0.rows)" }.joined(separator: ", "))); "
          + "if the stamps are not in nanoseconds, say so: --map time_unit=s, ms or us")
    }
    let store = try TickStore(path: output)
    try store.append(ticks)
    if let rejects { try RejectsFile.write(report.rejects, to: rejects) }
    if let parquet { try store.exportParquet(to: parquet) }
    let statistics = try store.statistics()
    if json {
      return try Console.printJSON(
        Report(rows_in: before, rows_out: ticks.rowCount, rules: report.counts, store: statistics))
    }
    if !noClean { printCleaning(report) { Console.note("ingest-ticks: \($0)") } }
    if let rejects { Console.note("ingest-ticks: \(format(report.rejects.count)) rejected rows in \(rejects)") }
    var lines = [["symbol", "rows", "trades", "first (UTC)", "last (UTC)"]]
    for item in statistics {
      lines.append([
        item.symbol, format(item.rows), format(item.trades), formatTime(item.firstTime), formatTime(item.lastTime),
      ])
    }
    Console.printTable(lines)
  }
}
/// Throws unless a file or folder of this name can be made.
private func checkOutput(_ path: String, endings: [String]) throws {
  guard endings.contains(where: { path.hasSuffix($0) }) else {
    throw ValidationError("'\(path)' ends in none of \(endings.joined(separator: ", "))")
  }
  let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
  guard FileManager.default.isWritableFile(atPath: folder) else {
    throw ValidationError("'\(path)' cannot be written: its folder does not exist or is not writable")
  }
}
#else
@main
struct NeedsPrograms {
  static func main() { print("built without the package trait 'Programs'") }
}
#endif
