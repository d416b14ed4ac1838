/// Mid weighted by the other side's size: (ask · bid size + bid · ask size) / (bid size + ask size).
///
/// The mid where both sizes are 0. A missing number gives NaN. It is the first-order estimate of the price after the
/// next move; Stoikov, "The micro-price" (2018) calls it the weighted mid.
public struct MICROPRICE: Indicator {
  /// Weighted mid.
  public static let definition = IndicatorDefinition(
    "MICROPRICE", .microstructure, "weighted mid", inputs: [.bid, .ask, .bidSize, .askSize])

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
    return total == 0 ? tick.mid : (tick.ask * tick.bidSize + tick.bid * tick.askSize) / total
  }
}
