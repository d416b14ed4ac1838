#if Programs
import ArgumentParser
import Features
import ProgramSupport
import TickData

/// Feeds one symbol tick by tick to a feature engine.
struct StreamingBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "streaming", abstract: "Updates all features tick by tick; prints one line of JSON.")

  @Option(help: "Ticks.") var ticks = 500_000

  struct Report: Encodable {
    let ticks: Int
    let columns: Int
    let median_microseconds: Double
    let p99_microseconds: Double
    let mean_microseconds: Double
  }

  func run() throws {
    var options = MarketOptions()
    options.ticks = ticks
    options.symbols = 1
    let series = try SyntheticMarket(options).ticks().series[0]
    let rows = (0..<series.count).map { series[$0] }
    var engine = FeatureEngine(recipe: try FeatureRecipe(calendar: .nse))
    let clock = ContinuousClock()
    var taken = [Double](repeating: 0, count: rows.count)
    for index in rows.indices {
      let start = clock.now
      _ = try engine.update(rows[index])
      taken[index] = (clock.now - start).seconds * 1e6
    }
    let mean = taken.reduce(0, +) / Double(taken.count)
    taken.sort()
    try Console.printJSON(
      Report(
        ticks: ticks, columns: engine.columns.count, median_microseconds: taken[taken.count / 2],
        p99_microseconds: taken[taken.count * 99 / 100], mean_microseconds: mean))
  }
}
#endif
