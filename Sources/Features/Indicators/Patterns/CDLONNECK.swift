/// On-neck: a long black bar, then a white one that opens below its low and closes at its low; bearish.
///
/// Source: Nison, "Japanese Candlestick Charting Techniques" (1991); TA-Lib's CDLONNECK.
public struct CDLONNECK: CandlestickPattern {
  /// TA-Lib's CDLONNECK.
  public static let definition = IndicatorDefinition.pattern("CDLONNECK", "on-neck pattern")
  static var averages: CandleAverages {
    CandleAverages((.equal, 1), (.bodyLong, 1))
  }
  static var precedingBars: Int { 11 }

  var state = CandleState()

  /// Makes the pattern.
  public init() {}

  /// Makes the pattern of checked parameters, of which there are none.
  public init(parameters: IndicatorParameters) {}

  @inline(__always)
  func signal<Source>(_ bars: Candles<Self, Source>) -> BarPair {
    var fits = bars.isBlack(1) .& bars.isWhite(0)
    fits .&= bars.open(0) .< bars.low(1)
    guard any(fits) else { return .zero }
    fits .&= bars.body(1) .> bars.average(.bodyLong, 1)
    fits .&= bars.isClose(bars.close(0), to: bars.low(1), within: bars.average(.equal, 1))
    return fits.marked(-100)
  }
}
