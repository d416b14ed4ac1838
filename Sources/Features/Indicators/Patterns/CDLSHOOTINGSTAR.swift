/// Shooting star: a short body above the one before, with a long upper and no lower shadow; bearish.
///
/// Source: Nison, "Japanese Candlestick Charting Techniques" (1991); TA-Lib's CDLSHOOTINGSTAR.
public struct CDLSHOOTINGSTAR: CandlestickPattern {
  /// TA-Lib's CDLSHOOTINGSTAR.
  public static let definition = IndicatorDefinition.pattern("CDLSHOOTINGSTAR", "shooting star")
  static var averages: CandleAverages {
    CandleAverages((.bodyShort, 0), (.shadowVeryShort, 0))
  }
  static var precedingBars: Int { 11 }

  var state = CandleState()

  /// Makes the pattern.
  public init() {}

  /// Makes the pattern of checked parameters, of which there are none.
  public init(parameters: IndicatorParameters) {}

  @inline(__always)
  func signal<Source>(_ bars: Candles<Self, Source>) -> BarPair {
    var fits = bars.bodyGapsUp(0, from: 1)
    fits .&= bars.upperShadow(0) .> bars.average(.shadowLong, 0)
    guard any(fits) else { return .zero }
    fits .&= bars.body(0) .< bars.average(.bodyShort, 0)
    fits .&= bars.lowerShadow(0) .< bars.average(.shadowVeryShort, 0)
    return fits.marked(-100)
  }
}
