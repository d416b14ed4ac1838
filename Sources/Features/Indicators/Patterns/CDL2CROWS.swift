/// Two crows: a long white bar, then a black one that gaps up and a black one that falls back into the first; bearish.
///
/// Source: Bulkowski, "Encyclopedia of Candlestick Charts" (2008); TA-Lib's CDL2CROWS.
public struct CDL2CROWS: CandlestickPattern {
  /// TA-Lib's CDL2CROWS.
  public static let definition = IndicatorDefinition.pattern("CDL2CROWS", "two crows")
  static var averages: CandleAverages {
    CandleAverages((.bodyLong, 2))
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
    fits .&= bars.isBetween(bars.open(0), bars.close(1), bars.open(1))
    fits .&= bars.isBetween(bars.close(0), bars.open(2), bars.close(2))
    guard any(fits) else { return .zero }
    fits .&= bars.body(2) .> bars.average(.bodyLong, 2)
    return fits.marked(-100)
  }
}
