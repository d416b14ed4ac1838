/// Price impact of trades: least-squares slope without intercept of Δp on side · size over n trades; 0 where no side is
/// known.
///
/// A window that holds a missing number gives NaN. Source: as ``KYLE``; of trades as in López de Prado (2018).
public struct KYLE_T: Indicator {
  /// Price impact of Kyle, of trades.
  public static let definition = IndicatorDefinition(
    "KYLE_T", .microstructure, "price impact of Kyle, of trades", inputs: [.price, .size, .side],
    parameters: [.period("timeperiod", 50)])

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
    let change = step.difference(tick.price)
    return slope.push(tick.side * tick.size, change, commit: commit)
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() { slope.makeUnique() }
}
