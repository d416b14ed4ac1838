/// Marubozu: a long body without shadows; the way of its colour.
///
/// Source: Nison, "Japanese Candlestick Charting Techniques" (1991); TA-Lib's CDLMARUBOZU.
public struct CDLMARUBOZU: CandlestickPattern {
  /// TA-Lib's CDLMARUBOZU.
  public static let definition = IndicatorDefinition.pattern("CDLMARUBOZU", "marubozu")
  static var averages: CandleAverages {
    CandleAverages((.bodyLong, 0), (.shadowVeryShort, 0))
  }
  static var precedingBars: Int { 10 }

  var state = CandleState()

  /// Makes the pattern.
  public init() {}

  /// Makes the pattern of checked parameters, of which there are none.
  public init(parameters: IndicatorParameters) {}

  @inline(__always)
  func signal<Source>(_ bars: Candles<Self, Source>) -> BarPair {
    let veryShort = bars.average(.shadowVeryShort, 0)
    var fits = bars.body(0) .> bars.average(.bodyLong, 0)
    fits .&= (bars.upperShadow(0) .< veryShort) .& (bars.lowerShadow(0) .< veryShort)
    return (bars.color(0) * 100).kept(where: fits)
  }
}
