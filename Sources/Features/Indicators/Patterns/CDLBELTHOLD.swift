/// Belt-hold: a long bar that opens at its low (white, bullish) or at its high (black, bearish).
///
/// Source: Nison, "Japanese Candlestick Charting Techniques" (1991); TA-Lib's CDLBELTHOLD.
public struct CDLBELTHOLD: CandlestickPattern {
  /// TA-Lib's CDLBELTHOLD.
  public static let definition = IndicatorDefinition.pattern("CDLBELTHOLD", "belt-hold")
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
    var fits = bars.body(0) .> bars.average(.bodyLong, 0)
    let veryShort = bars.average(.shadowVeryShort, 0)
    let rises = bars.isWhite(0) .& (bars.lowerShadow(0) .< veryShort)
    let falls = bars.isBlack(0) .& (bars.upperShadow(0) .< veryShort)
    fits .&= rises .| falls
    return (bars.color(0) * 100).kept(where: fits)
  }
}
