/// Gap three methods: two bars of one colour with a gap, and a third that closes it again; the trend goes on.
///
/// Source: Morris, "Candlestick Charting Explained" (1995); TA-Lib's CDLXSIDEGAP3METHODS.
public struct CDLXSIDEGAP3METHODS: CandlestickPattern {
  /// TA-Lib's CDLXSIDEGAP3METHODS.
  public static let definition = IndicatorDefinition.pattern(
    "CDLXSIDEGAP3METHODS", "upside or downside gap three methods")
  static var precedingBars: Int { 2 }

  var state = CandleState()

  /// Makes the pattern.
  public init() {}

  /// Makes the pattern of checked parameters, of which there are none.
  public init(parameters: IndicatorParameters) {}

  @inline(__always)
  func signal<Source>(_ bars: Candles<Self, Source>) -> BarPair {
    var fits = bars.sameColor(2, 1) .& bars.oppositeColor(1, 0)
    fits .&= bars.isBetween(bars.open(0), bars.bottom(1), bars.top(1))
    fits .&= bars.isBetween(bars.close(0), bars.bottom(2), bars.top(2))
    let up = bars.isWhite(2) .& bars.bodyGapsUp(1, from: 2)
    let down = bars.isBlack(2) .& bars.bodyGapsDown(1, from: 2)
    fits .&= up .| down
    return (bars.color(2) * 100).kept(where: fits)
  }
}
