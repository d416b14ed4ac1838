/// Market facilitation index: (high − low) / volume; 0 without volume.
///
/// Source: Williams, "Trading Chaos" (1995).
public struct MARKETFI: Indicator {
  /// TA-Lib's MARKETFI.
  public static let definition = IndicatorDefinition(
    "MARKETFI", .volume, "market facilitation index", inputs: [.high, .low, .volume])

  /// Makes the indicator of TA-Lib's parameters.
  public init() {
  }

  /// Makes the indicator; it takes no parameters.
  public init(parameters: IndicatorParameters) { self.init() }

  /// Inputs before the first result.
  public var lookback: Int { 0 }

  /// Takes a bar.
  @inline(__always)
  public mutating func update(_ bar: OHLCV, commit: Bool) -> Double {
    bar.volume == 0 ? (bar.high - bar.low) * 0 : (bar.high - bar.low) / bar.volume
  }
}
