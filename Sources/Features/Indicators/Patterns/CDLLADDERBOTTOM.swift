/// Ladder bottom: four falling black bars, the last with an upper shadow, and a white one above its high; bullish.
///
/// Source: Morris, "Candlestick Charting Explained" (1995); TA-Lib's CDLLADDERBOTTOM.
public struct CDLLADDERBOTTOM: CandlestickPattern {
  /// TA-Lib's CDLLADDERBOTTOM.
  public static let definition = IndicatorDefinition.pattern("CDLLADDERBOTTOM", "ladder bottom")
  static var averages: CandleAverages {
    CandleAverages((.shadowVeryShort, 1))
  }
  static var precedingBars: Int { 14 }

  var state = CandleState()

  /// Makes the pattern.
  public init() {}

  /// Makes the pattern of checked parameters, of which there are none.
  public init(parameters: IndicatorParameters) {}

  @inline(__always)
  func signal<Source>(_ bars: Candles<Self, Source>) -> BarPair {
    var fits = bars.isBlack(4) .& bars.isBlack(3) .& bars.isBlack(2) .& bars.isBlack(1) .& bars.isWhite(0)
    fits .&= (bars.open(4) .> bars.open(3)) .& (bars.open(3) .> bars.open(2))
    fits .&= (bars.close(4) .> bars.close(3)) .& (bars.close(3) .> bars.close(2))
    fits .&= (bars.open(0) .> bars.open(1)) .& (bars.close(0) .> bars.high(1))
    guard any(fits) else { return .zero }
    fits .&= bars.upperShadow(1) .> bars.average(.shadowVeryShort, 1)
    return fits.marked(100)
  }
}
