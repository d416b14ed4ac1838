/// Quoted spread: ask − bid.
///
/// A missing number gives NaN.
public struct QSPREAD: Indicator {
  /// Quoted spread.
  public static let definition = IndicatorDefinition(
    "QSPREAD", .microstructure, "quoted spread", inputs: [.bid, .ask])

  /// Makes the indicator.
  public init() {}

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {}

  /// Inputs before the first result.
  public var lookback: Int { 0 }

  /// Takes a tick.
  @inline(__always)
  public mutating func update(_ tick: TradeQuote, commit: Bool) -> Double {
    tick.ask - tick.bid
  }
}
