/// Spinning top: a short body with longer shadows on both sides; indecision.
///
/// Source: Nison, "Japanese Candlestick Charting Techniques" (1991); TA-Lib's CDLSPINNINGTOP.
public struct CDLSPINNINGTOP: CandlestickPattern {
  /// TA-Lib's CDLSPINNINGTOP.
  public static let definition = IndicatorDefinition.pattern("CDLSPINNINGTOP", "spinning top")
  static var averages: CandleAverages {
    CandleAverages((.bodyShort, 0))
  }
  static var precedingBars: Int { 10 }

  var state = CandleState()

  /// Makes the pattern.
  public init() {}

  /// Makes the pattern of checked parameters, of which there are none.
  public init(parameters: IndicatorParameters) {}

  @inline(__always)
  func signal<Source>(_ bars: Candles<Self, Source>) -> BarPair {
    let body = bars.body(0)
    var fits = (bars.upperShadow(0) .> body) .& (bars.lowerShadow(0) .> body)
    fits .&= body .< bars.average(.bodyShort, 0)
    return (bars.color(0) * 100).kept(where: fits)
  }
}
