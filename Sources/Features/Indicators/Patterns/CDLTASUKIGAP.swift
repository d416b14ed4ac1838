/// Tasuki gap: a gap, and a bar of the other colour that closes inside it without filling it; the trend goes on.
///
/// Source: Nison, "Japanese Candlestick Charting Techniques" (1991); TA-Lib's CDLTASUKIGAP.
public struct CDLTASUKIGAP: CandlestickPattern {
  /// TA-Lib's CDLTASUKIGAP.
  public static let definition = IndicatorDefinition.pattern("CDLTASUKIGAP", "tasuki gap")
  static var averages: CandleAverages {
    CandleAverages((.near, 1))
  }
  static var precedingBars: Int { 7 }

  var state = CandleState()

  /// Makes the pattern.
  public init() {}

  /// Makes the pattern of checked parameters, of which there are none.
  public init(parameters: IndicatorParameters) {}

  @inline(__always)
  func signal<Source>(_ bars: Candles<Self, Source>) -> BarPair {
    var rises = bars.bodyGapsUp(1, from: 2) .& bars.isWhite(1) .& bars.isBlack(0)
    rises .&= bars.isBetween(bars.open(0), bars.open(1), bars.close(1))
    rises .&= bars.isBetween(bars.close(0), bars.top(2), bars.open(1))
    var falls = bars.bodyGapsDown(1, from: 2) .& bars.isBlack(1) .& bars.isWhite(0)
    falls .&= bars.isBetween(bars.open(0), bars.close(1), bars.open(1))
    falls .&= bars.isBetween(bars.close(0), bars.open(1), bars.bottom(2))
    var fits = rises .| falls
    guard any(fits) else { return .zero }
    fits .&= (bars.body(1) - bars.body(0)).magnitudes .< bars.average(.near, 1)
    return (bars.color(1) * 100).kept(where: fits)
  }
}
