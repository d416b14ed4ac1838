/// Three black crows: three falling black bars that close near their lows, each opening in the body before; bearish.
///
/// Source: Nison, "Japanese Candlestick Charting Techniques" (1991); TA-Lib's CDL3BLACKCROWS.
public struct CDL3BLACKCROWS: CandlestickPattern {
  /// TA-Lib's CDL3BLACKCROWS.
  public static let definition = IndicatorDefinition.pattern("CDL3BLACKCROWS", "three black crows")
  static var averages: CandleAverages {
    CandleAverages((.shadowVeryShort, 2), (.shadowVeryShort, 1), (.shadowVeryShort, 0))
  }
  static var precedingBars: Int { 13 }

  var state = CandleState()

  /// Makes the pattern.
  public init() {}

  /// Makes the pattern of checked parameters, of which there are none.
  public init(parameters: IndicatorParameters) {}

  @inline(__always)
  func signal<Source>(_ bars: Candles<Self, Source>) -> BarPair {
    var fits = bars.isWhite(3) .& bars.isBlack(2) .& bars.isBlack(1) .& bars.isBlack(0)
    fits .&= bars.isBetween(bars.open(1), bars.close(2), bars.open(2))
    fits .&= bars.isBetween(bars.open(0), bars.close(1), bars.open(1))
    fits .&= bars.high(3) .> bars.close(2)
    fits .&= (bars.close(2) .> bars.close(1)) .& (bars.close(1) .> bars.close(0))
    guard any(fits) else { return .zero }
    fits .&= bars.lowerShadow(2) .< bars.average(.shadowVeryShort, 2)
    fits .&= bars.lowerShadow(1) .< bars.average(.shadowVeryShort, 1)
    fits .&= bars.lowerShadow(0) .< bars.average(.shadowVeryShort, 0)
    return fits.marked(-100)
  }
}
