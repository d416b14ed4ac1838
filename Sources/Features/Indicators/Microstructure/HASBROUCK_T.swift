/// Price impact of trades: least-squares slope without intercept of Δ log p on side · √(price · size) over n trades; 0
/// where no side is known.
///
/// A window that holds a missing number gives NaN. Source: as ``HASBROUCK``; of trades as in López de Prado (2018).
public struct HASBROUCK_T: Indicator {
  /// Price impact of Hasbrouck, of trades.
  public static let definition = IndicatorDefinition(
    "HASBROUCK_T", .microstructure, "price impact of Hasbrouck, of trades", inputs: [.price, .size, .side],
    parameters: [.period("timeperiod", 50)], isHomogeneous: false)

  private var step = Step()
  private var slope: SlopeThroughOrigin

  /// Makes the indicator.
  public init(timePeriod: Int = 50) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    slope = SlopeThroughOrigin(parameters.integer(0))
  }

  /// Inputs before the first result.
  public var lookback: Int { slope.length }

  /// Takes a tick.
  @inline(__always)
  public mutating func update(_ tick: TradeQuote, commit: Bool) -> Double {
    let change = step.logRatio(tick.price)
    return slope.push(tick.side * (tick.price * tick.size).squareRoot(), change, commit: commit)
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() { slope.makeUnique() }
}
