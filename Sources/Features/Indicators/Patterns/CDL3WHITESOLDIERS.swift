/// Three white soldiers: three rising white bars that close near their highs, none much shorter than the last; bullish.
///
/// Source: Nison, "Japanese Candlestick Charting Techniques" (1991); TA-Lib's CDL3WHITESOLDIERS.
public struct CDL3WHITESOLDIERS: CandlestickPattern {
  /// TA-Lib's CDL3WHITESOLDIERS.
  public static let definition = IndicatorDefinition.pattern("CDL3WHITESOLDIERS", "three advancing white soldiers")
  static var averages: CandleAverages {
    CandleAverages(
      (.shadowVeryShort, 2), (.shadowVeryShort, 1), (.shadowVeryShort, 0), (.near, 2), (.near, 1), (.bodyShort, 0))
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
    fits .&= (bars.open(1) .> bars.open(2)) .& (bars.open(0) .> bars.open(1))
    guard any(fits) else { return .zero }
    fits .&= bars.upperShadow(2) .< bars.average(.shadowVeryShort, 2)
    fits .&= bars.upperShadow(1) .< bars.average(.shadowVeryShort, 1)
    fits .&= bars.upperShadow(0) .< bars.average(.shadowVeryShort, 0)
    fits .&= bars.open(1) .<= bars.close(2) + bars.average(.near, 2)
    fits .&= bars.open(0) .<= bars.close(1) + bars.average(.near, 1)
    fits .&= bars.body(1) .> bars.body(2) - bars.average(.far, 2)
    fits .&= bars.body(0) .> bars.body(1) - bars.average(.far, 1)
    fits .&= bars.body(0) .> bars.average(.bodyShort, 0)
    return fits.marked(100)
  }
}
