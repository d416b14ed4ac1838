/// Long-legged doji: a doji with a long shadow on one side or both; indecision.
///
/// Source: Nison, "Japanese Candlestick Charting Techniques" (1991); TA-Lib's CDLLONGLEGGEDDOJI.
public struct CDLLONGLEGGEDDOJI: CandlestickPattern {
  /// TA-Lib's CDLLONGLEGGEDDOJI.
  public static let definition = IndicatorDefinition.pattern("CDLLONGLEGGEDDOJI", "long-legged doji")
  static var averages: CandleAverages {
    CandleAverages((.bodyDoji, 0))
  }
  static var precedingBars: Int { 10 }

  var state = CandleState()

  /// Makes the pattern.
  public init() {}

  /// Makes the pattern of checked parameters, of which there are none.
  public init(parameters: IndicatorParameters) {}

  @inline(__always)
  func signal<Source>(_ bars: Candles<Self, Source>) -> BarPair {
    let long = bars.average(.shadowLong, 0)
    var fits = bars.body(0) .<= bars.average(.bodyDoji, 0)
    fits .&= (bars.lowerShadow(0) .> long) .| (bars.upperShadow(0) .> long)
    return fits.marked(100)
  }
}
