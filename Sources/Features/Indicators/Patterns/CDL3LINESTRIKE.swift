/// Three-line strike: three bars of one colour, then one that takes back all of their way; the trend goes on.
///
/// Source: Bulkowski, "Encyclopedia of Candlestick Charts" (2008); TA-Lib's CDL3LINESTRIKE.
public struct CDL3LINESTRIKE: CandlestickPattern {
  /// TA-Lib's CDL3LINESTRIKE.
  public static let definition = IndicatorDefinition.pattern("CDL3LINESTRIKE", "three-line strike")
  static var averages: CandleAverages {
    CandleAverages((.near, 3), (.near, 2))
  }
  static var precedingBars: Int { 8 }

  var state = CandleState()

  /// Makes the pattern.
  public init() {}

  /// Makes the pattern of checked parameters, of which there are none.
  public init(parameters: IndicatorParameters) {}

  @inline(__always)
  func signal<Source>(_ bars: Candles<Self, Source>) -> BarPair {
    var fits = bars.sameColor(3, 2) .& bars.sameColor(2, 1) .& bars.oppositeColor(0, 1)
    var rises = bars.isWhite(1) .& (bars.close(1) .> bars.close(2)) .& (bars.close(2) .> bars.close(3))
    rises .&= (bars.open(0) .> bars.close(1)) .& (bars.close(0) .< bars.open(3))
    var falls = bars.isBlack(1) .& (bars.close(1) .< bars.close(2)) .& (bars.close(2) .< bars.close(3))
    falls .&= (bars.open(0) .< bars.close(1)) .& (bars.close(0) .> bars.open(3))
    fits .&= rises .| falls
    guard any(fits) else { return .zero }
    let near3 = bars.average(.near, 3)
    let near2 = bars.average(.near, 2)
    fits .&= (bars.open(2) .>= bars.bottom(3) - near3) .& (bars.open(2) .<= bars.top(3) + near3)
    fits .&= (bars.open(1) .>= bars.bottom(2) - near2) .& (bars.open(1) .<= bars.top(2) + near2)
    return (bars.color(1) * 100).kept(where: fits)
  }
}
