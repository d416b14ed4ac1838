#if Programs
import ArgumentParser
import Compute
import Evaluation
import ProgramSupport
import TickData

/// Ticks a second through a backtest, one strategy, one thread.
struct BacktestBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backtest",
    abstract: "Times a backtest of one strategy over ticks with quotes, one thread.",
    discussion: """
      The strategy compares the price with its running mean and trades at the touch with the default costs; the market is a random walk with a quote
      a tick. Two rows: a strategy asked at each tick, and a column of targets.
      """)

  @Option(help: "Ticks.") var ticks = 10_000_000
  @Option(help: "Repetitions; medians are shown.") var repeats = 3

  func run() throws {
    let columns = market()
    let targets = try columnOfTargets(columns)
    print(pad("strategy", 16) + pad("seconds", 10) + pad("ticks/s", 14) + pad("fills", 10) + "final equity")
    try report("asked", columns, MeanReversion())
    try report("column", columns, ColumnStrategy(targets))
  }

  private func report(_ name: String, _ columns: TickColumns, _ strategy: some BacktestStrategy) throws {
    var seconds: [Double] = []
    var last: BacktestResult?
    for _ in 0..<max(repeats, 1) {
      let (result, taken) = try timed { try Backtest().run(columns, strategy) }
      seconds.append(taken)
      last = result
    }
    let middle = median(seconds)
    print(
      pad(name, 16) + pad(format(middle, 3), 10) + pad(format(Int(Double(ticks) / middle)), 14)
        + pad(format(last?.fills.count ?? 0), 10) + format(last?.finalEquity ?? .nan, 2))
  }

  private func columnOfTargets(_ columns: TickColumns) throws -> [Double] {
    var strategy = MeanReversion()
    return columns.prices.indices.map { row in
      strategy.target((columns.bids[row] + columns.asks[row]) / 2) ?? .nan
    }
  }

  private func market() -> TickColumns {
    var random = RandomStream(seed: 1)
    var columns = TickColumns()
    columns.reserveCapacity(ticks)
    var price = 100.0
    for row in 0..<ticks {
      price *= 1 + 0.00002 * (random.uniform() - 0.5)
      columns.append(
        Tick(
          symbol: "A", time: Int64(row) * 2_000_000, price: price, size: 100, bid: price - 0.005, ask: price + 0.005,
          bidSize: 500, askSize: 500))
    }
    return columns
  }
}

/// Buys below its running mean of about a thousand ticks and sells above.
private struct MeanReversion: BacktestStrategy {
  private var mean = Double.nan
  private var side = 0.0

  mutating func target(_ market: MarketView) -> Double? { target(market.price) }

  mutating func target(_ price: Double) -> Double? {
    mean = mean.isNaN ? price : mean + 0.001 * (price - mean)
    let wanted = price < mean * 0.9998 ? 100.0 : price > mean * 1.0002 ? -100 : side
    defer { side = wanted }
    return wanted == side ? nil : wanted
  }
}
#endif
