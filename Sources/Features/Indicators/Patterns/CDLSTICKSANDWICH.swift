/// Stick sandwich: a white bar between two black ones that close at the same price; bullish.
///
/// Source: Morris, "Candlestick Charting Explained" (1995); TA-Lib's CDLSTICKSANDWICH.
public struct CDLSTICKSANDWICH: CandlestickPattern {
  /// TA-Lib's CDLSTICKSANDWICH.
  public static let definition = IndicatorDefinition.pattern("CDLSTICKSANDWICH", "stick sandwich")
  static var averages: CandleAverages {
    CandleAverages((.equal, 2))
  }
  static var precedingBars: Int { 7 }

  var state = CandleState()

  /// Makes the pattern.
  public init() {}

  /// Makes the pattern of checked parameters, of which there are none.
  public init(parameters: IndicatorParameters) {}

  @inline(__always)
  func signal<Source>(_ bars: Candles<Self, Source>) -> BarPair {
    var fits = bars.isBlack(2) .& bars.isWhite(1) .& bars.isBlack(0)
    fits .&= bars.low(1) .> bars.close(2)
    guard any(fits) else { return .zero }
    fits .&= bars.isClose(bars.close(0), to: bars.close(2), within: bars.average(.equal, 2))
    return fits.marked(100)
  }
}
