import Evaluation
import Features
import Foundation
import TickData

/// What a trader who followed the predictions would have made of the tested ticks, with costs and without.
public struct BacktestVerdict: Sendable, Hashable, Codable {
  /// A portfolio of all symbols over the tested span.
  public struct Course: Sendable, Hashable, Codable {
    /// Ends of the sample periods in which a symbol had ticks, ns since 1970 UTC.
    public let times: [Int64]
    /// Equity at those times, of all symbols together.
    public let equity: [Double]
    /// Money at the start.
    public let capital: Double
    /// Fees, slippage and the spread paid, in money.
    public let costs: Double
    /// Value traded over the capital.
    public let turnover: Double
    /// Orders filled.
    public let fills: Int
    /// Share of trips that won; NaN without one.
    public let hitRate: Double
    /// Symbols that lost all their money.
    public let ruined: Int

    /// Simple returns of the sample periods.
    public var returns: [Double] {
      var before = capital
      return equity.map { worth in
        defer { before = worth }
        return before > 0 ? max(-1, worth / before - 1) : 0
      }
    }
  }

  /// With the costs of the options.
  public let withCosts: Course
  /// The same decisions without fees, slippage and latency, at the mid.
  public let withoutCosts: Course
  /// Sample periods that a year has in the exchange's calendar.
  public let periodsPerYear: Double
  /// Configurations tried.
  public let trials: Int
  /// Results by name.
  ///
  /// `total_return`, `total_return_without_costs`, `annual_volatility`, `sharpe`, `sortino`, `calmar`, `maximum_drawdown`, `turnover`, `fills`, `costs`, `hit_rate`; and the probabilities
  /// `psr` (the true Sharpe ratio is above 0) and `dsr` (it is above what the best of so many useless trials shows), NaN where returns do not vary.
  public let numbers: [String: Double]

  init(
    withCosts: Course, withoutCosts: Course, periodsPerYear: Double, trials: Int
  ) throws(EvaluationError) {
    self.withCosts = withCosts
    self.withoutCosts = withoutCosts
    self.periodsPerYear = periodsPerYear
    self.trials = trials
    let statistics = try ReturnStatistics(withCosts.returns, periodsPerYear: periodsPerYear)
    var numbers = [
      "total_return": (withCosts.equity.last ?? withCosts.capital) / withCosts.capital - 1,
      "total_return_without_costs": (withoutCosts.equity.last ?? withoutCosts.capital) / withoutCosts.capital - 1,
      "annual_volatility": statistics.annualVolatility, "sharpe": statistics.sharpeRatio(),
      "sortino": statistics.sortinoRatio(), "calmar": statistics.calmarRatio,
      "maximum_drawdown": statistics.maximumDrawdown, "turnover": withCosts.turnover,
      "fills": Double(withCosts.fills), "costs": withCosts.costs, "hit_rate": withCosts.hitRate,
      "periods": Double(withCosts.equity.count), "psr": .nan, "dsr": .nan,
    ]
    let returns = withCosts.returns
    if returns.count > 1, returns.contains(where: { $0 != returns[0] }) {
      let inference = try SharpeInference(returns: returns)
      numbers["psr"] = inference.probabilisticSharpeRatio()
      // The trials' ratios are not kept: useless ones would scatter by the error of a ratio of 0.
      numbers["dsr"] = try inference.deflatedSharpeRatio(
        deviation: 1 / Double(returns.count - 1).squareRoot(), trials: trials)
    }
    self.numbers = numbers
  }
}

/// Replays the tested ticks of all symbols to their predictions.
struct PredictionBacktest {
  let options: EvaluationOptions
  let ticks: TickTable
  let table: FeatureTable

  /// The position that a signal asks for: 1, −1 or 0.
  func side(_ signal: Double) -> Double {
    signal > options.threshold ? 1 : signal < -options.threshold ? -1 : 0
  }

  func run(
    rows: [Int], signals: [Double], costs: BacktestOptions
  ) throws(EvaluationError) -> BacktestVerdict.Course {
    var results: [BacktestResult] = []
    var costs = costs
    let capital = costs.capital
    let found = Dictionary(zip(rows, signals)) { $1 }
    let symbols = tested(rows)
    costs.capital = capital / Double(max(1, symbols.count))
    for symbol in symbols {
      let series = ticks.series[symbol.series].columns
      guard let price = symbol.tradeRows.first.map({ table.prices[$0] }) else { continue }
      // So many units whatever comes, so that a position that stays is not traded at every tick for its price.
      let units = options.positionShare * costs.capital / price
      var (kept, targets): ([Int], [Double]) = ([], [])
      var (trade, latest) = (0, Int64.min)
      for tick in symbol.ticks {
        let isTrade = !series.prices[tick].isNaN
        defer { trade += isTrade ? 1 : 0 }
        // Time does not go back in a replay.
        guard series.times[tick] != Tick.noTime, series.times[tick] >= latest else { continue }
        latest = series.times[tick]
        kept.append(tick)
        // Rows without a prediction are not traded.
        targets.append(isTrade ? found[symbol.tradeRows[trade]].map { units * side($0) } ?? 0 : .nan)
      }
      guard !kept.isEmpty else { continue }
      let part = series.selecting(kept)
      results.append(try Backtest(costs).run(part, ColumnStrategy(targets)))
    }
    return course(results, capital: capital, period: costs.samplePeriod)
  }

  private struct Tested {
    let series: Int
    /// Tick rows from the first tested trade to the last.
    let ticks: ClosedRange<Int>
    /// The feature row of each trade among them.
    let tradeRows: [Int]
  }

  /// The stretch of each symbol's ticks that test rows span.
  private func tested(_ rows: [Int]) -> [Tested] {
    var bounds: [Int32: ClosedRange<Int>] = [:]
    for row in rows {
      let symbol = table.symbolIndices[row]
      bounds[symbol] = bounds[symbol].map { min($0.lowerBound, row)...max($0.upperBound, row) } ?? row...row
    }
    var firstRow: [Int32: Int] = [:]
    for (row, symbol) in table.symbolIndices.enumerated() where firstRow[symbol] == nil { firstRow[symbol] = row }
    return bounds.sorted { $0.key < $1.key }.compactMap { symbol, range in
      guard let series = ticks.symbols.firstIndex(of: table.symbols[Int(symbol)]), let first = firstRow[symbol]
      else { return nil }
      // Feature rows of a symbol are its trades, in order.
      let prices = ticks.series[series].columns.prices
      let trades = prices.indices.filter { !prices[$0].isNaN }
      return Tested(
        series: series, ticks: trades[range.lowerBound - first]...trades[range.upperBound - first],
        tradeRows: Array(range))
    }
  }

  /// The sum of the symbols' equities; a symbol without ticks in a period keeps what it had.
  private func course(_ results: [BacktestResult], capital: Double, period: Int64) -> BacktestVerdict.Course {
    var worth: [Int64: [(symbol: Int, point: EquityPoint)]] = [:]
    for (symbol, result) in results.enumerated() {
      for point in result.curve { worth[point.time / period, default: []].append((symbol, point)) }
    }
    var last = results.map(\.options.capital)
    var (times, equity) = ([Int64](), [Double]())
    for (_, points) in worth.sorted(by: { $0.key < $1.key }) {
      for (symbol, point) in points { last[symbol] = point.equity }
      times.append(points.map(\.point.time).max() ?? 0)
      equity.append(last.reduce(0, +))
    }
    let trips = results.flatMap(\.trips).filter { $0 != 0 }
    return BacktestVerdict.Course(
      times: times, equity: equity, capital: capital,
      costs: results.reduce(0) { $0 + $1.fees + $1.slippage + $1.spreadCost },
      turnover: results.reduce(0) { $0 + $1.turnover } / capital, fills: results.reduce(0) { $0 + $1.fills.count },
      hitRate: trips.isEmpty ? .nan : Double(trips.count { $0 > 0 }) / Double(trips.count),
      ruined: results.count { $0.isRuined })
  }
}
