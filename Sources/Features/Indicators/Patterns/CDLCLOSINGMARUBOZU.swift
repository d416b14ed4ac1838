/// Closing marubozu: a long bar that closes at its high (white, bullish) or at its low (black, bearish).
///
/// Source: Bulkowski, "Encyclopedia of Candlestick Charts" (2008); TA-Lib's CDLCLOSINGMARUBOZU.
public struct CDLCLOSINGMARUBOZU: CandlestickPattern {
  /// TA-Lib's CDLCLOSINGMARUBOZU.
  public static let definition = IndicatorDefinition.pattern("CDLCLOSINGMARUBOZU", "closing marubozu")
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
    let rises = bars.isWhite(0) .& (bars.upperShadow(0) .< veryShort)
    let falls = bars.isBlack(0) .& (bars.lowerShadow(0) .< veryShort)
    fits .&= rises .| falls
    return (bars.color(0) * 100).kept(where: fits)
  }
}
