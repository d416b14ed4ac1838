/// Concealing baby swallow: two black marubozus, a black bar that gaps down and one that swallows it; bullish.
///
/// Source: Morris, "Candlestick Charting Explained" (1995); TA-Lib's CDLCONCEALBABYSWALL.
public struct CDLCONCEALBABYSWALL: CandlestickPattern {
  /// TA-Lib's CDLCONCEALBABYSWALL.
  public static let definition = IndicatorDefinition.pattern("CDLCONCEALBABYSWALL", "concealing baby swallow")
  static var averages: CandleAverages {
    CandleAverages((.shadowVeryShort, 3), (.shadowVeryShort, 2), (.shadowVeryShort, 1))
  }
  static var precedingBars: Int { 13 }

  var state = CandleState()

  /// Makes the pattern.
  public init() {}

  /// Makes the pattern of checked parameters, of which there are none.
  public init(parameters: IndicatorParameters) {}

  @inline(__always)
  func signal<Source>(_ bars: Candles<Self, Source>) -> BarPair {
    var fits = bars.isBlack(3) .& bars.isBlack(2) .& bars.isBlack(1) .& bars.isBlack(0)
    fits .&= bars.bodyGapsDown(1, from: 2)
    fits .&= bars.high(1) .> bars.close(2)
    fits .&= (bars.high(0) .> bars.high(1)) .& (bars.low(0) .< bars.low(1))
    guard any(fits) else { return .zero }
    let veryShort3 = bars.average(.shadowVeryShort, 3)
    let veryShort2 = bars.average(.shadowVeryShort, 2)
    fits .&= (bars.lowerShadow(3) .< veryShort3) .& (bars.upperShadow(3) .< veryShort3)
    fits .&= (bars.lowerShadow(2) .< veryShort2) .& (bars.upperShadow(2) .< veryShort2)
    fits .&= bars.upperShadow(1) .> bars.average(.shadowVeryShort, 1)
    return fits.marked(100)
  }
}
