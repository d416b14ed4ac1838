/// High-wave candle: a short body with very long shadows on both sides; indecision.
///
/// Source: Nison, "Japanese Candlestick Charting Techniques" (1991); TA-Lib's CDLHIGHWAVE.
public struct CDLHIGHWAVE: CandlestickPattern {
  /// TA-Lib's CDLHIGHWAVE.
  public static let definition = IndicatorDefinition.pattern("CDLHIGHWAVE", "high-wave candle")
  static var averages: CandleAverages {
    CandleAverages((.bodyShort, 0))
  }
  static var precedingBars: Int { 10 }

  var state = CandleState()

  /// Makes the pattern.
  public init() {}

  /// Makes the pattern of checked parameters, of which there are none.
  public init(parameters: IndicatorParameters) {}

  @inline(__always)
  func signal<Source>(_ bars: Candles<Self, Source>) -> BarPair {
    let veryLong = bars.average(.shadowVeryLong, 0)
    var fits = bars.body(0) .< bars.average(.bodyShort, 0)
    fits .&= (bars.upperShadow(0) .> veryLong) .& (bars.lowerShadow(0) .> veryLong)
    return (bars.color(0) * 100).kept(where: fits)
  }
}
