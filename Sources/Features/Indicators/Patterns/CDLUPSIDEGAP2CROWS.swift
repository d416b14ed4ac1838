/// Upside gap two crows: a long white bar, a black one above a gap and a larger black one that leaves it open; bearish.
///
/// Source: Nison, "Japanese Candlestick Charting Techniques" (1991); TA-Lib's CDLUPSIDEGAP2CROWS.
public struct CDLUPSIDEGAP2CROWS: CandlestickPattern {
  /// TA-Lib's CDLUPSIDEGAP2CROWS.
  public static let definition = IndicatorDefinition.pattern("CDLUPSIDEGAP2CROWS", "upside gap two crows")
  static var averages: CandleAverages {
    CandleAverages((.bodyLong, 2), (.bodyShort, 1))
  }
  static var precedingBars: Int { 12 }

  var state = CandleState()

  /// Makes the pattern.
  public init() {}

  /// Makes the pattern of checked parameters, of which there are none.
  public init(parameters: IndicatorParameters) {}

  @inline(__always)
  func signal<Source>(_ bars: Candles<Self, Source>) -> BarPair {
    var fits = bars.isWhite(2) .& bars.isBlack(1) .& bars.isBlack(0)
    fits .&= bars.bodyGapsUp(1, from: 2)
    fits .&= (bars.open(0) .> bars.open(1)) .& bars.isBetween(bars.close(0), bars.close(2), bars.close(1))
    guard any(fits) else { return .zero }
    fits .&= bars.body(2) .> bars.average(.bodyLong, 2)
    fits .&= bars.body(1) .<= bars.average(.bodyShort, 1)
    return fits.marked(-100)
  }
}
