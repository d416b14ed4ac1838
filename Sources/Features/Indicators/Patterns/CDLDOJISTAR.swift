/// Doji star: a long bar, then a doji whose body lies beyond it; a warning of a reversal.
///
/// Source: Nison, "Japanese Candlestick Charting Techniques" (1991); TA-Lib's CDLDOJISTAR.
public struct CDLDOJISTAR: CandlestickPattern {
  /// TA-Lib's CDLDOJISTAR.
  public static let definition = IndicatorDefinition.pattern("CDLDOJISTAR", "doji star")
  static var averages: CandleAverages {
    CandleAverages((.bodyLong, 1), (.bodyDoji, 0))
  }
  static var precedingBars: Int { 11 }

  var state = CandleState()

  /// Makes the pattern.
  public init() {}

  /// Makes the pattern of checked parameters, of which there are none.
  public init(parameters: IndicatorParameters) {}

  @inline(__always)
  func signal<Source>(_ bars: Candles<Self, Source>) -> BarPair {
    let falls = bars.isWhite(1) .& bars.bodyGapsUp(0, from: 1)
    let rises = bars.isBlack(1) .& bars.bodyGapsDown(0, from: 1)
    var fits = falls .| rises
    guard any(fits) else { return .zero }
    fits .&= bars.body(1) .> bars.average(.bodyLong, 1)
    fits .&= bars.body(0) .<= bars.average(.bodyDoji, 0)
    return (bars.color(1) * -100).kept(where: fits)
  }
}
