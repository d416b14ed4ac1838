/// Thrusting: a long black bar, then a white one from below its low to below its middle; bearish.
///
/// Source: Nison, "Japanese Candlestick Charting Techniques" (1991); TA-Lib's CDLTHRUSTING.
public struct CDLTHRUSTING: CandlestickPattern {
  /// TA-Lib's CDLTHRUSTING.
  public static let definition = IndicatorDefinition.pattern("CDLTHRUSTING", "thrusting pattern")
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
    fits .&= (bars.open(0) .< bars.low(1)) .& (bars.close(0) .> bars.close(1))
    guard any(fits) else { return .zero }
    fits .&= bars.close(0) .<= bars.close(1) + bars.body(1) * 0.5
    fits .&= bars.close(0) .> bars.close(1) + bars.average(.equal, 1)
    fits .&= bars.body(1) .> bars.average(.bodyLong, 1)
    return fits.marked(-100)
  }
}
