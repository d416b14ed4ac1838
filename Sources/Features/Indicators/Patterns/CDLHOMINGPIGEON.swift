/// Homing pigeon: a short black body inside the long black body before; bullish.
///
/// Source: Morris, "Candlestick Charting Explained" (1995); TA-Lib's CDLHOMINGPIGEON.
public struct CDLHOMINGPIGEON: CandlestickPattern {
  /// TA-Lib's CDLHOMINGPIGEON.
  public static let definition = IndicatorDefinition.pattern("CDLHOMINGPIGEON", "homing pigeon")
  static var averages: CandleAverages {
    CandleAverages((.bodyLong, 1), (.bodyShort, 0))
  }
  static var precedingBars: Int { 11 }

  var state = CandleState()

  /// Makes the pattern.
  public init() {}

  /// Makes the pattern of checked parameters, of which there are none.
  public init(parameters: IndicatorParameters) {}

  @inline(__always)
  func signal<Source>(_ bars: Candles<Self, Source>) -> BarPair {
    var fits = bars.isBlack(1) .& bars.isBlack(0)
    fits .&= (bars.open(0) .< bars.open(1)) .& (bars.close(0) .> bars.close(1))
    guard any(fits) else { return .zero }
    fits .&= bars.body(1) .> bars.average(.bodyLong, 1)
    fits .&= bars.body(0) .<= bars.average(.bodyShort, 0)
    return fits.marked(100)
  }
}
