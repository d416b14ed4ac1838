#if Programs
import ArgumentParser
import Compute
import Features
import Foundation
import ProgramSupport
import TickData
import TickStorage

@main
struct ComputeFeatures: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compute-features",
    abstract: "Computes features of a file of ticks, or functions of a file of bars.",
    discussion: """
      Every row with a price gives one output row, in the order of the file: symbol, ts_ns, then the features. Rows
      without a price update the standing quote only. Rows are taken as they stand, in file order within each symbol;
      clean a dirty file with ingest-ticks first. Memory is bounded by chunks, not by the length of the file.

      Both modes give the same bits: batch runs each feature over a chunk, stream takes tick after tick, as live.

      With --bars every bar gives one row: symbol and ts_ns, empty where the file has none, then a column a function. A
      function of several results gives one column each: MACD(12, 26, 9)_1, _2 and _3. Functions may read others:
      ZSCORE(RSI(14), 100). --list tells all functions, --list NAME one; NaN becomes an empty field. Columns and times are
      found by their names, or by --map close=last time=when time_unit=ms time_zone=America/New_York. Bars stand oldest first;
      --sort sorts them by time.

      Ticks take functions too: with --ticks and --functions or --recipe ("source": "ticks") they read price, size, bid, ask,
      bid_size, ask_size, side and time, with the quote that stands. Every row with a price gives one row; with --every-row
      quotes give one as well, whose price and size are missing.

      Examples:
        compute-features --ticks day.parquet --output features.parquet --calendar NSE --json
        compute-features --bars daily.csv --functions 'RSI(14),MACD(12,26,9),CDLDOJI' --output functions.csv
        compute-features --ticks day.parquet --functions 'OFI(20),RSI(price,14)' --output functions.parquet
      """)

  @OptionGroup var input: TickOptions
  @Option(help: "File of bars: CSV or Parquet with open, high, low, close and, for some functions, volume.")
  var bars: String?
  @Option(help: "Functions, separated by commas, such as 'RSI(14),MACD(12,26,9),CDLDOJI'.") var functions: String?
  @Option(help: "Recipe: a JSON file of named expressions.") var recipe: String?
  @Flag(help: "Functions of ticks: a row for quotes too, not for trades alone.") var everyRow = false
  @Flag(help: "Bars: sort the rows by time; without it a row older than the one above it is refused.") var sort = false
  @Flag(
    help: "Print every function with its parameters, defaults, inputs, outputs and look-back, or those named after it.")
  var list = false
  @Argument(help: "With --list: names of functions, or words of their families and summaries, such as RSI or momentum.")
  var names: [String] = []
  @Option(help: "Output file: .parquet, .csv or .csv.gz.") var output: String?
  @Option(help: "batch or stream; default: batch.") var mode: Mode?
  @Option(help: "Windows in ticks; default: 5,10,20,50.") var lookbacks: String?
  @Option(help: "Columns wanted, comma separated; default: all.") var columns: String?
  @Option(help: "Threads that compute; one reads, one writes, in turn with them.") var threads = WorkerPool
    .availableProcessors
  @Flag(help: "Print the report as one line of JSON.") var json = false

  enum Mode: String, ExpressibleByArgument, CaseIterable {
    case batch
    case stream
  }

  struct Report: Encodable {
    var rows = 0
    var trades = 0
    var columns = 0
    var symbols = 0
    var mode = ""
    var threads = 0
    var read_seconds = 0.0
    var compute_seconds = 0.0
    var write_seconds = 0.0
    var rows_per_second = 0.0
    var peak_memory_mib = 0.0
    var median_tick_microseconds: Double?
  }

  private var hasFunctions: Bool { functions != nil || recipe != nil }

  mutating func validate() throws {
    if list { return }
    guard names.isEmpty else { throw ValidationError("'\(names[0])' belongs to no option; names follow --list") }
    guard input.store == nil else {
      throw ValidationError(
        "compute-features reads files, not stores: export the store's ticks with ingest-ticks, then --ticks")
    }
    switch (input.ticks, bars) {
    case (nil, nil): throw ValidationError("--ticks FILE or --bars FILE is needed, and --output FILE; or --list")
    case (.some, .some): throw ValidationError("--ticks and --bars were both given; one of them is needed")
    default: break
    }
    guard output != nil else { throw ValidationError("--output FILE is needed") }
    guard functions == nil || recipe == nil else {
      throw ValidationError("--functions and --recipe were both given; one of them is needed")
    }
    guard bars == nil || hasFunctions else { throw ValidationError("--bars needs --functions or --recipe") }
    try refuseIdle()
    guard threads >= 1 else { throw ValidationError("--threads is \(threads); at least 1 is needed") }
  }

  /// Refuses options that would change nothing.
  private func refuseIdle() throws {
    let forBars = "; with --bars it has no meaning"
    guard bars == nil || input.format == nil else {
      throw ValidationError("--format is the layout of --ticks\(forBars)")
    }
    guard bars == nil || input.calendar == "24H" else {
      throw ValidationError(
        "--calendar is for the standard features of --ticks\(forBars); --map time_zone=ZONE sets that of dates")
    }
    guard !everyRow || (hasFunctions && bars == nil) else {
      throw ValidationError("--every-row belongs to --ticks with --functions or --recipe")
    }
    guard !sort || bars != nil else { throw ValidationError("--sort belongs to --bars; ingest-ticks sorts ticks") }
    let standard = [("--columns", columns != nil), ("--mode", mode != nil), ("--lookbacks", lookbacks != nil)]
    if hasFunctions, let idle = standard.first(where: \.1) {
      throw ValidationError("\(idle.0) belongs to the standard features, not to --functions or --recipe")
    }
    guard input.rule.isEmpty, !input.cumulativeVolume, input.feed == .exchange else {
      throw ValidationError(
        "compute-features takes rows as they stand; --feed, --rule and --cumulative-volume belong to ingest-ticks")
    }
  }

  func run() throws {
    if list { return print(try BarFunctions.list(names).joined(separator: "\n")) }
    guard let output else { return }
    if let bars { return try computeFunctions(bars, output) }
    if hasFunctions { return try computeTickFunctions(output) }
    try computeTicks(output)
  }

  private func chosenRecipe(_ source: IndicatorRecipe.Source) throws -> IndicatorRecipe {
    guard let recipe else { return try IndicatorRecipe(functions: functions ?? "", source: source) }
    guard let data = FileManager.default.contents(atPath: recipe) else {
      throw ValidationError("the recipe '\(recipe)' cannot be read; is there such a file?")
    }
    let chosen = try IndicatorRecipe(json: data)
    guard chosen.source == source else {
      throw ValidationError(
        "'\(recipe)' is a recipe of \(chosen.source.rawValue); --\(source.rawValue) needs one of \(source.rawValue)")
    }
    return chosen
  }

  private func computeFunctions(_ bars: String, _ output: String) throws {
    guard URL(fileURLWithPath: bars).standardizedFileURL != URL(fileURLWithPath: output).standardizedFileURL else {
      throw ValidationError("--output would overwrite '\(bars)'")
    }
    var mapping = BarMapping()
    try mapping.apply(input.map)
    let report = try BarFunctions.compute(bars, mapping, sort ? .time : .file, chosenRecipe(.bars), to: output)
    if json { return try Console.printJSON(report) }
    Console.note(
      "\(counted(report.rows, "bar")), \(counted(report.columns, "column")) in \(output); compute "
        + "\(format(report.compute_seconds, 3)) s")
  }

  private func computeTickFunctions(_ output: String) throws {
    try input.refuseOverwriting(output)
    guard let file = try input.file() else { return }
    var functions = TickFunctions(recipe: try chosenRecipe(.ticks), everyRow: everyRow)
    let report = try functions.compute(file, to: output)
    if json { return try Console.printJSON(report) }
    Console.note(
      "\(counted(report.rows, "row")), \(counted(report.columns, "column")) in \(output); compute "
        + "\(format(report.compute_seconds, 3)) s")
  }

  private func computeTicks(_ output: String) throws {
    try input.refuseOverwriting(output)
    guard let file = try input.file() else { return }
    let (mode, lookbacks) = (mode ?? .batch, lookbacks ?? "5,10,20,50")
    let windows = try lookbacks.split(separator: ",").map { part in
      guard let n = Int(part) else { throw ValidationError("--lookbacks '\(lookbacks)' are not whole numbers") }
      return n
    }
    let clock = ContinuousClock()
    var mark = clock.now
    let hasQuotes = try file.hasQuotes()
    let recipe = try FeatureRecipe(
      lookbacks: windows, calendar: input.tradingCalendar(), includesQuotes: hasQuotes,
      selection: columns?.split(separator: ",").map(String.init))
    var report = Report(columns: recipe.columns.count, mode: mode.rawValue, threads: mode == .batch ? threads : 1)
    let writer = try TableFileWriter(path: output, columns: recipe.columnNames)
    var computer: any FeatureComputer =
      mode == .batch ? BatchComputer(recipe: recipe, threads: threads) : StreamComputer(recipe: recipe)
    let progress = Progress("compute-features", isQuiet: json)
    var table = FeatureTable(columns: recipe.columns)
    func lap() -> Double {
      let now = clock.now
      defer { mark = now }
      return (now - mark).seconds
    }
    try file.forEachBatch(rows: 16_384, threads: 1) { batch in
      report.read_seconds += lap()
      table.removeAllRows()
      try computer.process(batch, into: &table)
      report.compute_seconds += lap()
      try table.withColumns { columns in
        try writer.append(
          symbols: table.symbols, symbolIndices: table.symbolIndices, times: table.times, columns: columns)
      }
      // Each time is that of its own work alone. Two processors lose nothing by it: the phases only took turns.
      try writer.drain()
      report.write_seconds += lap()
      report.rows += batch.count
      report.trades += table.rowCount
      progress.update(report.rows, "rows")
    }
    report.read_seconds += lap()
    try writer.finish()
    report.write_seconds += lap()
    report.symbols = computer.symbolCount
    report.rows_per_second = Double(report.trades) / max(report.compute_seconds, 1e-9)
    report.peak_memory_mib = peakMemoryMiB()
    report.median_tick_microseconds = computer.medianMicroseconds
    if json { return try Console.printJSON(report) }
    progress.finish(
      "\(format(report.trades)) rows of \(report.columns) columns in \(output); read \(format(report.read_seconds, 2)) s, "
        + "compute \(format(report.compute_seconds, 2)) s, write \(format(report.write_seconds, 2)) s")
  }
}
#else
@main
struct NeedsPrograms {
  static func main() { print("built without the package trait 'Programs'") }
}
#endif
