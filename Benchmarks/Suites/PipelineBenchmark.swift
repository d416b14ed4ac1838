#if Programs
import ArgumentParser
import Features
import Foundation
import ProgramSupport
import TickData
import TickStorage

/// The standard features and the microstructure of ticks, in turns with pandas and TA-Lib.
struct PipelineBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tick-pipeline",
    abstract:
      "Computes all standard features and microstructure of ticks, one thread, in turns with pandas and TA-Lib.",
    discussion: """
      Ticks with quotes are made and written to a Parquet file, which both read before the clock starts. Our standard set goes
      through one table of 65,536 rows, the peer's is a table of all. The sums of the microstructure's columns are compared. Without Python's pandas and TA-Lib (Scripts/peers) only our own times are printed.
      """)

  @Option(help: "Ticks, of one symbol.") var ticks = 1_000_000
  @Option(help: "Turns; medians are shown.") var repeats = 3
  @Option(help: "Python with pandas and TA-Lib.") var python = ".peers/bin/python"

  /// What the peer computes too, with the defaults of both.
  private static let names = [
    "MID", "QSPREAD", "RSPREAD", "MICROPRICE", "QIMB", "TICKRULE", "LEEREADY", "SIGNEDVOL", "OFI", "ESPREAD",
    "REALSPREAD",
    "IMPACT", "ROLL", "RV", "BIPOWER", "MEDRV", "MINRV", "KYLE_T", "AMIHUD_T", "INTENSITY", "INTERARRIVAL",
  ]

  func run() throws {
    var options = MarketOptions()
    options.ticks = ticks
    options.symbols = 1
    let market = try SyntheticMarket(options).ticks()
    let series = market.series[0]
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("tickboost-ticks-\(getpid()).parquet").path
    defer { unlink(file) }
    try TickFile.write(TickBatch(merging: market), to: file)
    // Without it our own times are still worth printing; the note below says so.
    let peer = try? LinePeer(python, ["Benchmarks/peers/pipeline_pandas.py", file])
    if peer == nil { Console.note("benchmarks: '\(python)' has no pandas and TA-Lib; its times are left out") }
    let recipe = try FeatureRecipe(calendar: .nse)
    let batches = try Self.batches(of: series)
    var standard: [Double] = []
    var micro: [Double] = []
    var others: (standard: [Double], micro: [Double]) = ([], [])
    var worst = 0.0
    for _ in 0..<repeats {
      let (rows, seconds) = try timed { try standardSet(recipe, batches) }
      standard.append(seconds)
      guard rows == series.count else { throw ValidationError("rows are missing") }
      let (sums, taken) = try timed { try microstructure(of: series.columns) }
      micro.append(taken)
      guard let peer else { continue }
      let answer = try peer.ask("go").split(separator: " ").compactMap { Double($0) }
      guard answer.count == 2 + sums.count else { throw ValidationError("the peer's answer is not understood") }
      others.standard.append(answer[0])
      others.micro.append(answer[1])
      for (a, b) in zip(sums, answer[2...]) { worst = max(worst, abs(a - b) / max(1, abs(b))) }
    }
    print("\(ticks) ticks, one thread, seconds (medians of \(repeats))")
    line("standard set, \(recipe.columns.count) columns", standard, others.standard)
    line("microstructure, \(Self.names.count) columns", micro, others.micro)
    line("together", zip(standard, micro).map(+), zip(others.standard, others.micro).map(+))
    if peer != nil { print("sums of microstructure columns differ by at most \(String(format: "%.1e", worst))") }
  }

  /// Ticks as a program reads them, 65,536 at a time.
  private static func batches(of series: TickSeries) throws -> [TickBatch] {
    try stride(from: 0, to: series.count, by: 65_536).map { start in
      let rows = Array(start..<min(start + 65_536, series.count))
      return try TickBatch(
        symbols: [series.symbol], symbolIndices: [Int32](repeating: 0, count: rows.count),
        columns: series.columns.selecting(rows))
    }
  }

  /// All rows through one table in bounded memory, as compute-features does it; returns their number.
  private func standardSet(_ recipe: FeatureRecipe, _ batches: [TickBatch]) throws -> Int {
    var pipeline = FeaturePipeline(recipe: recipe)
    var table = FeatureTable(columns: recipe.columns)
    var rows = 0
    for batch in batches {
      table.removeAllRows()
      try pipeline.process(batch, into: &table, threads: 1)
      rows += table.rowCount
    }
    return rows
  }

  private func line(_ name: String, _ own: [Double], _ other: [Double]) {
    let theirs =
      other.isEmpty ? "" : pad(format(median(other), 3), 10) + format(median(other) / median(own), 1) + " times"
    print(pad(name, 32) + pad(format(median(own), 3), 10) + theirs)
  }

  /// Computes each indicator over the ticks and returns the sums of what is there.
  private func microstructure(of columns: TickColumns) throws -> [Double] {
    let start = columns.times.first ?? 0
    let times = columns.times.map { Double($0 - start) * 1e-9 }
    let sides = columns.sides.map(Double.init)
    var sums: [Double] = []
    for name in Self.names {
      var indicator = try IndicatorCatalogue.make(name)
      let inputs = type(of: indicator).definition.inputs.map { input in
        switch input {
        case .size: columns.sizes
        case .bid: columns.bids
        case .ask: columns.asks
        case .bidSize: columns.bidSizes
        case .askSize: columns.askSizes
        case .side: sides
        case .time: times
        default: name.hasPrefix("INTE") ? times : columns.prices
        }
      }
      let results = try indicator.append(inputs)[0]
      sums.append(results.reduce(0) { $0 + ($1.isNaN ? 0 : $1) })
    }
    return sums
  }
}
#endif
