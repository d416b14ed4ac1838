/// Separating lines: a belt-hold that opens where the bar before, of the other colour, opened; the trend goes on.
///
/// Source: Nison, "Japanese Candlestick Charting Techniques" (1991); TA-Lib's CDLSEPARATINGLINES.
public struct CDLSEPARATINGLINES: CandlestickPattern {
  /// TA-Lib's CDLSEPARATINGLINES.
  public static let definition = IndicatorDefinition.pattern("CDLSEPARATINGLINES", "separating lines")
  static var averages: CandleAverages {
    CandleAverages((.shadowVeryShort, 0), (.bodyLong, 0), (.equal, 1))
  }
  static var precedingBars: Int { 11 }

  var state = CandleState()

  /// Makes the pattern.
  public init() {}

  /// Makes the pattern of checked parameters, of which there are none.
  public init(parameters: IndicatorParameters) {}

  @inline(__always)
  func signal<Source>(_ bars: Candles<Self, Source>) -> BarPair {
    var fits = bars.oppositeColor(1, 0)
    fits .&= bars.isClose(bars.open(0), to: bars.open(1), within: bars.average(.equal, 1))
    guard any(fits) else { return .zero }
    let veryShort = bars.average(.shadowVeryShort, 0)
    let rises = bars.isWhite(0) .& (bars.lowerShadow(0) .< veryShort)
    let falls = bars.isBlack(0) .& (bars.upperShadow(0) .< veryShort)
    fits .&= rises .| falls
    fits .&= bars.body(0) .> bars.average(.bodyLong, 0)
    return (bars.color(0) * 100).kept(where: fits)
  }
}
