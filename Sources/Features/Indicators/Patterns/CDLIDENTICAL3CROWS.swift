/// Identical three crows: three falling black bars, each opening at the close before; bearish.
///
/// Source: Morris, "Candlestick Charting Explained" (1995); TA-Lib's CDLIDENTICAL3CROWS.
public struct CDLIDENTICAL3CROWS: CandlestickPattern {
  /// TA-Lib's CDLIDENTICAL3CROWS.
  public static let definition = IndicatorDefinition.pattern("CDLIDENTICAL3CROWS", "identical three crows")
  static var averages: CandleAverages {
    CandleAverages((.shadowVeryShort, 2), (.shadowVeryShort, 1), (.shadowVeryShort, 0), (.equal, 2), (.equal, 1))
  }
  static var precedingBars: Int { 12 }

  var state = CandleState()

  /// Makes the pattern.
  public init() {}

  /// Makes the pattern of checked parameters, of which there are none.
  public init(parameters: IndicatorParameters) {}

  @inline(__always)
  func signal<Source>(_ bars: Candles<Self, Source>) -> BarPair {
    var fits = bars.isBlack(2) .& bars.isBlack(1) .& bars.isBlack(0)
    fits .&= (bars.close(2) .> bars.close(1)) .& (bars.close(1) .> bars.close(0))
    guard any(fits) else { return .zero }
    fits .&= bars.lowerShadow(2) .< bars.average(.shadowVeryShort, 2)
    fits .&= bars.lowerShadow(1) .< bars.average(.shadowVeryShort, 1)
    fits .&= bars.lowerShadow(0) .< bars.average(.shadowVeryShort, 0)
    fits .&= bars.isClose(bars.open(1), to: bars.close(2), within: bars.average(.equal, 2))
    fits .&= bars.isClose(bars.open(0), to: bars.close(1), within: bars.average(.equal, 1))
    return fits.marked(-100)
  }
}
