/// Three stars in the south: three black bars that shrink and stop making lower lows; bullish.
///
/// Source: Bulkowski, "Encyclopedia of Candlestick Charts" (2008); TA-Lib's CDL3STARSINSOUTH.
public struct CDL3STARSINSOUTH: CandlestickPattern {
  /// TA-Lib's CDL3STARSINSOUTH.
  public static let definition = IndicatorDefinition.pattern("CDL3STARSINSOUTH", "three stars in the south")
  static var averages: CandleAverages {
    CandleAverages((.bodyLong, 2), (.bodyShort, 0), (.shadowVeryShort, 1), (.shadowVeryShort, 0))
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
    fits .&= bars.body(1) .< bars.body(2)
    fits .&= (bars.open(1) .> bars.close(2)) .& (bars.open(1) .<= bars.high(2))
    fits .&= (bars.low(1) .< bars.close(2)) .& (bars.low(1) .>= bars.low(2))
    fits .&= (bars.low(0) .> bars.low(1)) .& (bars.high(0) .< bars.high(1))
    fits .&= bars.lowerShadow(2) .> bars.average(.shadowLong, 2)
    guard any(fits) else { return .zero }
    fits .&= bars.body(2) .> bars.average(.bodyLong, 2)
    fits .&= bars.lowerShadow(1) .> bars.average(.shadowVeryShort, 1)
    fits .&= bars.body(0) .< bars.average(.bodyShort, 0)
    let veryShort = bars.average(.shadowVeryShort, 0)
    fits .&= (bars.lowerShadow(0) .< veryShort) .& (bars.upperShadow(0) .< veryShort)
    return fits.marked(100)
  }
}
