/// Tristar: three dojis, the middle one beyond the others; a reversal.
///
/// Source: Nison, "Japanese Candlestick Charting Techniques" (1991); TA-Lib's CDLTRISTAR.
public struct CDLTRISTAR: CandlestickPattern {
  /// TA-Lib's CDLTRISTAR.
  public static let definition = IndicatorDefinition.pattern("CDLTRISTAR", "tristar pattern")
  static var averages: CandleAverages {
    CandleAverages((.bodyDoji, 2))
  }
  static var precedingBars: Int { 12 }

  var state = CandleState()

  /// Makes the pattern.
  public init() {}

  /// Makes the pattern of checked parameters, of which there are none.
  public init(parameters: IndicatorParameters) {}

  @inline(__always)
  func signal<Source>(_ bars: Candles<Self, Source>) -> BarPair {
    let falls = bars.bodyGapsUp(1, from: 2) .& (bars.top(0) .< bars.top(1))
    let rises = bars.bodyGapsDown(1, from: 2) .& (bars.bottom(0) .> bars.bottom(1))
    guard any(falls .| rises) else { return .zero }
    // All three are held against the mean before the first.
    let doji = bars.average(.bodyDoji, 2)
    let fits = (bars.body(2) .<= doji) .& (bars.body(1) .<= doji) .& (bars.body(0) .<= doji)
    return (falls.marked(-100) + rises.marked(100)).kept(where: fits)
  }
}
