/// Middle of the quote: (bid + ask) / 2.
///
/// A missing number gives NaN.
public struct MID: Indicator {
  /// Middle of the quote.
  public static let definition = IndicatorDefinition(
    "MID", .microstructure, "middle of the quote", inputs: [.bid, .ask])

  /// Makes the indicator.
  public init() {}

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {}

  /// Inputs before the first result.
  public var lookback: Int { 0 }

  /// Takes a tick.
  @inline(__always)
  public mutating func update(_ tick: TradeQuote, commit: Bool) -> Double {
    tick.mid
  }
}
