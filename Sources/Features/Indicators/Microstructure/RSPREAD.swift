/// Relative quoted spread: (ask − bid) / mid; 0 where the mid is 0.
///
/// A missing number gives NaN.
public struct RSPREAD: Indicator {
  /// Relative quoted spread.
  public static let definition = IndicatorDefinition(
    "RSPREAD", .microstructure, "relative quoted spread", inputs: [.bid, .ask])

  /// Makes the indicator.
  public init() {}

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {}

  /// Inputs before the first result.
  public var lookback: Int { 0 }

  /// Takes a tick.
  @inline(__always)
  public mutating func update(_ tick: TradeQuote, commit: Bool) -> Double {
    let mid = tick.mid
    return mid == 0 ? mid : (tick.ask - tick.bid) / mid
  }
}
