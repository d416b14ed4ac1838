/// The account's worth at a time.
public struct EquityPoint: Sendable, Hashable, Codable {
  /// Time of the last tick of the period, ns since 1970 UTC.
  public let time: Int64
  /// Money and the position's value at the middle of the quote.
  public let equity: Double
  /// Units held.
  public let position: Double
}

/// What a strategy did and what it cost.
public struct BacktestResult: Sendable, Hashable, Codable {
  /// The options of the run.
  public let options: BacktestOptions
  /// Equity at the end of each sample period in which there were ticks, and at the end.
  public let curve: [EquityPoint]
  /// Orders that were filled, in order.
  public let fills: [Fill]
  /// Profit of each trip from flat to flat or to the other side, costs included.
  public let trips: [Double]
  /// Units held at the end.
  public let position: Double
  /// Fees paid.
  public let fees: Double
  /// Money lost to slippage.
  public let slippage: Double
  /// Money lost against the middle of the quote by filling at the touch.
  public let spreadCost: Double
  /// Value traded, buys and sells.
  public let turnover: Double
  /// Orders that were still under way at the end.
  public let unfilled: Int
  /// Whether all money was lost, which ended the run.
  public let isRuined: Bool

  /// Equity at the end.
  public var finalEquity: Double { curve.last?.equity ?? options.capital }
  /// Profit, as a share of the capital.
  public var totalReturn: Double { finalEquity / options.capital - 1 }
  /// Share of trips that won, among those that won or lost; NaN without one.
  public var hitRate: Double {
    let decided = trips.filter { $0 != 0 }
    return decided.isEmpty ? .nan : Double(decided.count { $0 > 0 }) / Double(decided.count)
  }

  /// Simple returns of the sample periods.
  public var returns: [Double] {
    var before = options.capital
    return curve.map { point in
      defer { before = point.equity }
      return max(-1, point.equity / before - 1)
    }
  }

  /// Sharpe, Sortino and Calmar ratio, drawdown and the rest, of the sample periods.
  ///
  /// - Parameter periodsPerYear: Sample periods in a year in which there are ticks, such as 252 · 390 for minutes of a US session.
  /// - Throws: ``EvaluationError`` with code `invalidOption` for a number that is not above 0.
  public func statistics(periodsPerYear: Double) throws(EvaluationError) -> ReturnStatistics {
    try ReturnStatistics(returns, periodsPerYear: periodsPerYear)
  }
}
