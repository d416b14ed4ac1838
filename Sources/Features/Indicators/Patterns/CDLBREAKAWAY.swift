/// Breakaway: a long bar, a gap, two more bars the same way, and a fifth that closes inside the gap; a reversal.
///
/// Source: Bulkowski, "Encyclopedia of Candlestick Charts" (2008); TA-Lib's CDLBREAKAWAY.
public struct CDLBREAKAWAY: CandlestickPattern {
  /// TA-Lib's CDLBREAKAWAY.
  public static let definition = IndicatorDefinition.pattern("CDLBREAKAWAY", "breakaway")
  static var averages: CandleAverages {
    CandleAverages((.bodyLong, 4))
  }
  static var precedingBars: Int { 14 }

  var state = CandleState()

  /// Makes the pattern.
  public init() {}

  /// Makes the pattern of checked parameters, of which there are none.
  public init(parameters: IndicatorParameters) {}

  @inline(__always)
  func signal<Source>(_ bars: Candles<Self, Source>) -> BarPair {
    var fits = bars.sameColor(4, 3) .& bars.sameColor(3, 1) .& bars.oppositeColor(1, 0)
    var rises = bars.isBlack(4) .& bars.bodyGapsDown(3, from: 4)
    rises .&= (bars.high(2) .< bars.high(3)) .& (bars.low(2) .< bars.low(3))
    rises .&= (bars.high(1) .< bars.high(2)) .& (bars.low(1) .< bars.low(2))
    rises .&= bars.isBetween(bars.close(0), bars.open(3), bars.close(4))
    var falls = bars.isWhite(4) .& bars.bodyGapsUp(3, from: 4)
    falls .&= (bars.high(2) .> bars.high(3)) .& (bars.low(2) .> bars.low(3))
    falls .&= (bars.high(1) .> bars.high(2)) .& (bars.low(1) .> bars.low(2))
    falls .&= bars.isBetween(bars.close(0), bars.close(4), bars.open(3))
    fits .&= rises .| falls
    guard any(fits) else { return .zero }
    fits .&= bars.body(4) .> bars.average(.bodyLong, 4)
    return (bars.color(0) * 100).kept(where: fits)
  }
}
