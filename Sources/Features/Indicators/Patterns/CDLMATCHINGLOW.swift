/// Matching low: two black bars that close at the same price; bullish.
///
/// Source: Morris, "Candlestick Charting Explained" (1995); TA-Lib's CDLMATCHINGLOW.
public struct CDLMATCHINGLOW: CandlestickPattern {
  /// TA-Lib's CDLMATCHINGLOW.
  public static let definition = IndicatorDefinition.pattern("CDLMATCHINGLOW", "matching low")
  static var averages: CandleAverages {
    CandleAverages((.equal, 1))
  }
  static var precedingBars: Int { 6 }

  var state = CandleState()

  /// Makes the pattern.
  public init() {}

  /// Makes the pattern of checked parameters, of which there are none.
  public init(parameters: IndicatorParameters) {}

  @inline(__always)
  func signal<Source>(_ bars: Candles<Self, Source>) -> BarPair {
    var fits = bars.isBlack(1) .& bars.isBlack(0)
    fits .&= bars.isClose(bars.close(0), to: bars.close(1), within: bars.average(.equal, 1))
    return fits.marked(100)
  }
}
