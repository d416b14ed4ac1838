/// Side-by-side white lines: two like white bars beyond a gap that they leave open; the trend goes on.
///
/// Source: Nison, "Japanese Candlestick Charting Techniques" (1991); TA-Lib's CDLGAPSIDESIDEWHITE.
public struct CDLGAPSIDESIDEWHITE: CandlestickPattern {
  /// TA-Lib's CDLGAPSIDESIDEWHITE.
  public static let definition = IndicatorDefinition.pattern(
    "CDLGAPSIDESIDEWHITE", "up or down gap side-by-side white lines")
  static var averages: CandleAverages {
    CandleAverages((.near, 1), (.equal, 1))
  }
  static var precedingBars: Int { 7 }

  var state = CandleState()

  /// Makes the pattern.
  public init() {}

  /// Makes the pattern of checked parameters, of which there are none.
  public init(parameters: IndicatorParameters) {}

  @inline(__always)
  func signal<Source>(_ bars: Candles<Self, Source>) -> BarPair {
    let up = bars.bodyGapsUp(1, from: 2)
    var fits = up .& bars.bodyGapsUp(0, from: 2)
    fits .|= bars.bodyGapsDown(1, from: 2) .& bars.bodyGapsDown(0, from: 2)
    fits .&= bars.isWhite(1) .& bars.isWhite(0)
    guard any(fits) else { return .zero }
    fits .&= bars.isClose(bars.body(0), to: bars.body(1), within: bars.average(.near, 1))
    fits .&= bars.isClose(bars.open(0), to: bars.open(1), within: bars.average(.equal, 1))
    return up.marked(100, else: -100).kept(where: fits)
  }
}
