/// Gravestone doji: a doji at the low of its bar with an upper shadow; bearish after a rise.
///
/// Source: Nison, "Japanese Candlestick Charting Techniques" (1991); TA-Lib's CDLGRAVESTONEDOJI.
public struct CDLGRAVESTONEDOJI: CandlestickPattern {
  /// TA-Lib's CDLGRAVESTONEDOJI.
  public static let definition = IndicatorDefinition.pattern("CDLGRAVESTONEDOJI", "gravestone doji")
  static var averages: CandleAverages {
    CandleAverages((.bodyDoji, 0))
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
    var fits = bars.body(0) .<= bars.average(.bodyDoji, 0)
    fits .&= (bars.lowerShadow(0) .< veryShort) .& (bars.upperShadow(0) .> veryShort)
    return fits.marked(100)
  }
}
