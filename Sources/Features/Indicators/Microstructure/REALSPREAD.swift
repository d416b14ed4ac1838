/// Realised spread of the trade n before: 2 · its side · (its price − the mid now).
///
/// It is known only n trades after the trade, so that is when it is given. Effective spread = realised spread + impact.
/// A number missing in either row gives NaN. Source: Huang and Stoll (1996).
public struct REALSPREAD: Indicator {
  /// Realised spread.
  public static let definition = IndicatorDefinition(
    "REALSPREAD", .microstructure, "realised spread", inputs: [.price, .bid, .ask, .side],
    parameters: [.period("timeperiod", 5, from: 1)])

  private var prices: Lag
  private var sides: Lag

  /// Makes the indicator.
  public init(timePeriod: Int = 5) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    prices = Lag(parameters.integer(0))
    sides = Lag(parameters.integer(0))
  }

  /// Inputs before the first result.
  public var lookback: Int { prices.length }

  /// Takes a tick.
  @inline(__always)
  public mutating func update(_ tick: TradeQuote, commit: Bool) -> Double {
    let missing = (tick.price + tick.mid + tick.side) * 0
    let price = prices.push(tick.price + missing, commit: commit)
    let side = sides.push(tick.side + missing, commit: commit)
    return 2 * side * (price - tick.mid) + missing
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    prices.makeUnique()
    sides.makeUnique()
  }
}
