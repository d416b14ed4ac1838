/// Short line: a short body with short shadows; little movement.
///
/// Source: Morris, "Candlestick Charting Explained" (1995); TA-Lib's CDLSHORTLINE.
public struct CDLSHORTLINE: CandlestickPattern {
  /// TA-Lib's CDLSHORTLINE.
  public static let definition = IndicatorDefinition.pattern("CDLSHORTLINE", "short line candle")
  static var averages: CandleAverages {
    CandleAverages((.bodyShort, 0), (.shadowShort, 0))
  }
  static var precedingBars: Int { 10 }

  var state = CandleState()

  /// Makes the pattern.
  public init() {}

  /// Makes the pattern of checked parameters, of which there are none.
  public init(parameters: IndicatorParameters) {}

  @inline(__always)
  func signal<Source>(_ bars: Candles<Self, Source>) -> BarPair {
    let short = bars.average(.shadowShort, 0)
    var fits = bars.body(0) .< bars.average(.bodyShort, 0)
    fits .&= (bars.upperShadow(0) .< short) .& (bars.lowerShadow(0) .< short)
    return (bars.color(0) * 100).kept(where: fits)
  }
}
