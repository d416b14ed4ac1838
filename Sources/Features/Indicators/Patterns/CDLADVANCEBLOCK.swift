/// Advance block: three rising white bars that weaken, by shorter bodies or longer upper shadows; bearish.
///
/// Source: Nison, "Japanese Candlestick Charting Techniques" (1991); TA-Lib's CDLADVANCEBLOCK.
public struct CDLADVANCEBLOCK: CandlestickPattern {
  /// TA-Lib's CDLADVANCEBLOCK.
  public static let definition = IndicatorDefinition.pattern("CDLADVANCEBLOCK", "advance block")
  static var averages: CandleAverages {
    CandleAverages((.shadowShort, 2), (.shadowShort, 1), (.shadowShort, 0), (.near, 2), (.near, 1), (.bodyLong, 2))
  }
  static var precedingBars: Int { 12 }

  var state = CandleState()

  /// Makes the pattern.
  public init() {}

  /// Makes the pattern of checked parameters, of which there are none.
  public init(parameters: IndicatorParameters) {}

  @inline(__always)
  func signal<Source>(_ bars: Candles<Self, Source>) -> BarPair {
    var fits = bars.isWhite(2) .& bars.isWhite(1) .& bars.isWhite(0)
    fits .&= (bars.close(0) .> bars.close(1)) .& (bars.close(1) .> bars.close(2))
    fits .&= (bars.open(1) .> bars.open(2)) .& (bars.open(0) .> bars.open(1))
    guard any(fits) else { return .zero }
    fits .&= bars.open(1) .<= bars.close(2) + bars.average(.near, 2)
    fits .&= bars.open(0) .<= bars.close(1) + bars.average(.near, 1)
    fits .&= bars.body(2) .> bars.average(.bodyLong, 2)
    fits .&= bars.upperShadow(2) .< bars.average(.shadowShort, 2)
    guard any(fits) else { return .zero }
    let (first, second, third) = (bars.body(2), bars.body(1), bars.body(0))
    let shrinks = third .< second
    // The second is far shorter and the third hardly longer, or the third is far shorter.
    var weakens = (second .< first - bars.average(.far, 2)) .& (third .< second + bars.average(.near, 1))
    weakens .|= third .< second - bars.average(.far, 1)
    // Both are shorter, one with an upper shadow that is not short, or the third is with a long one.
    var shadows = bars.upperShadow(0) .> bars.average(.shadowShort, 0)
    shadows .|= bars.upperShadow(1) .> bars.average(.shadowShort, 1)
    weakens .|= shrinks .& (second .< first) .& shadows
    weakens .|= shrinks .& (bars.upperShadow(0) .> bars.average(.shadowLong, 0))
    return (fits .& weakens).marked(-100)
  }
}
