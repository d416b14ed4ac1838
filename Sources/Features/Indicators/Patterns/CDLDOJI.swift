/// Doji: a bar that closes about where it opened; indecision.
///
/// Source: Nison, "Japanese Candlestick Charting Techniques" (1991); TA-Lib's CDLDOJI.
public struct CDLDOJI: CandlestickPattern {
  /// TA-Lib's CDLDOJI.
  public static let definition = IndicatorDefinition.pattern("CDLDOJI", "doji")
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
    (bars.body(0) .<= bars.average(.bodyDoji, 0)).marked(100)
  }
}
