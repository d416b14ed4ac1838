#if Programs
public import ArgumentParser
import Foundation
public import TickData
public import TickStorage

/// The options by which a program is told where ticks come from and how they are cleaned.
public struct TickOptions: ParsableArguments {
  /// A file of ticks.
  @Option(help: "File of ticks: Parquet, CSV, JSON lines, or a vendor layout (see --format).")
  public var ticks: String?

  /// A store.
  @Option(help: "DuckDB store made by ingest-ticks or generate-ticks.")
  public var store: String?

  /// The layout of the file.
  @Option(help: "Layout of --ticks: standard, nse, lean, lobster or binance. Default: by its name.")
  public var format: TickFileFormat?

  /// Column names.
  @Option(
    parsing: .upToNextOption,
    help: "Columns of a standard file as field=column, such as time=timestamp time_unit=ms price=last.")
  public var map: [String] = []

  /// The exchange's calendar.
  @Option(help: "Calendar of the exchange: NSE, NYSE or 24H.")
  public var calendar = "24H"

  /// The kind of feed.
  @Option(help: "Kind of feed, which sets the cleaning rules: exchange, snapshot or dealer.")
  public var feed = FeedKind.exchange

  /// Cleaning rules that differ from the feed's.
  @Option(
    parsing: .upToNextOption,
    help: "Cleaning rules as rule=mode (off, report, apply), such as lockedQuote=apply outsideSession=apply.")
  public var rule: [String] = []

  /// Whether sizes are cumulative.
  @Flag(help: "The size column holds the day's cumulative volume.")
  public var cumulativeVolume = false

  /// Makes empty options.
  public init() {}

  /// The named calendar.
  public func tradingCalendar() throws -> TradingCalendar { try TradingCalendar.named(calendar) }

  /// The file, if `--ticks` names one.
  public func file() throws -> TickFile? {
    guard let ticks else { return nil }
    var mapping = ColumnMapping()
    try mapping.apply(map)
    return try TickFile(ticks, format: format, mapping: mapping)
  }

  /// Throws if an output would overwrite the ticks that are read.
  public func refuseOverwriting(_ outputs: String?...) throws {
    for output in outputs.compactMap({ $0 }) {
      for input in [ticks, store].compactMap({ $0 }) where resolvedPath(output) == resolvedPath(input) {
        throw ValidationError("'\(output)' is the input; name another output")
      }
    }
  }

  /// All ticks as they come, from the file or the store.
  public func table() throws -> TickTable {
    switch (try file(), store) {
    case (let file?, nil): return try file.table()
    case (nil, let store?): return try TickStore(path: store, readOnly: true).table()
    default: throw ValidationError("give either --ticks FILE or --store DB")
    }
  }

  /// The cleaner that the options ask for.
  public func cleaner() throws -> TickCleaner {
    var options = CleaningOptions(feed: feed, calendar: try tradingCalendar())
    options.sizeIsCumulative = cumulativeVolume || format == .nse
    for pair in rule {
      let parts = pair.split(separator: "=").map(String.init)
      guard parts.count == 2, let name = CleaningRule(rawValue: parts[0]), let mode = RuleMode(rawValue: parts[1])
      else {
        let names = CleaningRule.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("'\(pair)' is not rule=off|report|apply; the rules are \(names)")
      }
      options[name] = mode
    }
    return try TickCleaner(options)
  }
}

/// Prints what a cleaner found as a table, one line a rule and action.
public func printCleaning(_ report: CleaningReport, note: (String) -> Void) {
  note("rows in \(format(report.rowsIn)), rows out \(format(report.rowsOut))")
  for total in report.totals {
    note(
      "  \(total.rule.rawValue): \(total.action.rawValue) \(format(total.rows)) rows of \(total.symbols) symbol"
        + (total.symbols == 1 ? "" : "s"))
  }
}
#endif
