/// Queue imbalance at the best prices: (bid size − ask size) / (bid size + ask size), from −1 to 1; 0 where both are 0.
///
/// A missing number gives NaN. Source: Gould and Bonart, "Queue imbalance as a one-tick-ahead price predictor" (2016).
public struct QIMB: Indicator {
  /// Queue imbalance.
  public static let definition = IndicatorDefinition(
    "QIMB", .microstructure, "queue imbalance", inputs: [.bidSize, .askSize])

  /// Makes the indicator.
  public init() {}

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {}

  /// Inputs before the first result.
  public var lookback: Int { 0 }

  /// Takes a tick.
  @inline(__always)
  public mutating func update(_ tick: TradeQuote, commit: Bool) -> Double {
    let total = tick.bidSize + tick.askSize
    return total == 0 ? total : (tick.bidSize - tick.askSize) / total
  }
}
