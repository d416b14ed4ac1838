/// Effective spread of a trade: 2 · side · (price − mid); 0 for a trade of unknown side.
///
/// A missing number gives NaN. Source: Huang and Stoll, "Dealer versus auction markets" (1996).
public struct ESPREAD: Indicator {
  /// Effective spread.
  public static let definition = IndicatorDefinition(
    "ESPREAD", .microstructure, "effective spread", inputs: [.price, .bid, .ask, .side])

  /// Makes the indicator.
  public init() {}

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {}

  /// Inputs before the first result.
  public var lookback: Int { 0 }

  /// Takes a tick.
  @inline(__always)
  public mutating func update(_ tick: TradeQuote, commit: Bool) -> Double {
    2 * tick.side * (tick.price - tick.mid)
  }
}
