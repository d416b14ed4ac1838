/// Hammer: a short body with a long lower and no upper shadow, near or below the low before; bullish.
///
/// Source: Nison, "Japanese Candlestick Charting Techniques" (1991); TA-Lib's CDLHAMMER.
public struct CDLHAMMER: CandlestickPattern {
  /// TA-Lib's CDLHAMMER.
  public static let definition = IndicatorDefinition.pattern("CDLHAMMER", "hammer")
  static var averages: CandleAverages {
    CandleAverages((.bodyShort, 0), (.shadowVeryShort, 0), (.near, 1))
  }
  static var precedingBars: Int { 11 }

  var state = CandleState()

  /// Makes the pattern.
  public init() {}

  /// Makes the pattern of checked parameters, of which there are none.
  public init(parameters: IndicatorParameters) {}

  @inline(__always)
  func signal<Source>(_ bars: Candles<Self, Source>) -> BarPair {
    var fits = bars.lowerShadow(0) .> bars.average(.shadowLong, 0)
    guard any(fits) else { return .zero }
    fits .&= bars.upperShadow(0) .< bars.average(.shadowVeryShort, 0)
    fits .&= bars.body(0) .< bars.average(.bodyShort, 0)
    fits .&= bars.bottom(0) .<= bars.low(1) + bars.average(.near, 1)
    return fits.marked(100)
  }
}
