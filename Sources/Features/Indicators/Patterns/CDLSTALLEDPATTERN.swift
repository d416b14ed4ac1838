/// Stalled pattern: two long white bars and a short white one at the upper end of the second; bearish.
///
/// Source: Nison, "Japanese Candlestick Charting Techniques" (1991); TA-Lib's CDLSTALLEDPATTERN.
public struct CDLSTALLEDPATTERN: CandlestickPattern {
  /// TA-Lib's CDLSTALLEDPATTERN.
  public static let definition = IndicatorDefinition.pattern("CDLSTALLEDPATTERN", "stalled pattern")
  static var averages: CandleAverages {
    CandleAverages((.bodyLong, 2), (.bodyLong, 1), (.bodyShort, 0), (.shadowVeryShort, 1), (.near, 2), (.near, 1))
  }
  static var precedingBars: Int { 12 }

  var state = CandleState()

  /// Makes the pattern.
  public init() {}

  /// Makes the pattern of checked parameters, of which there are none.
  public init(parameters: IndicatorParameters) {}

  @inline(__always)
  func signal<Source>(_ bars: Candles<Self, Source>) -> BarPair {
    var fits = bars.isWhite(2) .& bars.isWhite(1) .& bars.isWhite(0)
    fits .&= (bars.close(0) .> bars.close(1)) .& (bars.close(1) .> bars.close(2))
    fits .&= bars.open(1) .> bars.open(2)
    guard any(fits) else { return .zero }
    fits .&= bars.body(2) .> bars.average(.bodyLong, 2)
    fits .&= bars.body(1) .> bars.average(.bodyLong, 1)
    fits .&= bars.upperShadow(1) .< bars.average(.shadowVeryShort, 1)
    fits .&= bars.open(1) .<= bars.close(2) + bars.average(.near, 2)
    fits .&= bars.body(0) .< bars.average(.bodyShort, 0)
    fits .&= bars.open(0) .>= bars.close(1) - bars.body(0) - bars.average(.near, 1)
    return fits.marked(-100)
  }
}
