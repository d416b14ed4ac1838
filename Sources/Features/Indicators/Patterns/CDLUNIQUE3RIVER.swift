/// Unique three river: a long black bar, a black one inside with a lower low, and a short white one; bullish.
///
/// Source: Morris, "Candlestick Charting Explained" (1995); TA-Lib's CDLUNIQUE3RIVER.
public struct CDLUNIQUE3RIVER: CandlestickPattern {
  /// TA-Lib's CDLUNIQUE3RIVER.
  public static let definition = IndicatorDefinition.pattern("CDLUNIQUE3RIVER", "unique three river")
  static var averages: CandleAverages {
    CandleAverages((.bodyLong, 2), (.bodyShort, 0))
  }
  static var precedingBars: Int { 12 }

  var state = CandleState()

  /// Makes the pattern.
  public init() {}

  /// Makes the pattern of checked parameters, of which there are none.
  public init(parameters: IndicatorParameters) {}

  @inline(__always)
  func signal<Source>(_ bars: Candles<Self, Source>) -> BarPair {
    var fits = bars.isBlack(2) .& bars.isBlack(1) .& bars.isWhite(0)
    fits .&= (bars.close(1) .> bars.close(2)) .& (bars.open(1) .<= bars.open(2))
    fits .&= (bars.low(1) .< bars.low(2)) .& (bars.open(0) .> bars.low(1))
    guard any(fits) else { return .zero }
    fits .&= bars.body(2) .> bars.average(.bodyLong, 2)
    fits .&= bars.body(0) .< bars.average(.bodyShort, 0)
    return fits.marked(100)
  }
}
