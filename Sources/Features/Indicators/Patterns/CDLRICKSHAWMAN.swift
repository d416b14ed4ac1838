/// Rickshaw man: a doji in the middle of a bar with long shadows on both sides; indecision.
///
/// Source: Nison, "Japanese Candlestick Charting Techniques" (1991); TA-Lib's CDLRICKSHAWMAN.
public struct CDLRICKSHAWMAN: CandlestickPattern {
  /// TA-Lib's CDLRICKSHAWMAN.
  public static let definition = IndicatorDefinition.pattern("CDLRICKSHAWMAN", "rickshaw man")
  static var averages: CandleAverages {
    CandleAverages((.bodyDoji, 0), (.near, 0))
  }
  static var precedingBars: Int { 10 }

  var state = CandleState()

  /// Makes the pattern.
  public init() {}

  /// Makes the pattern of checked parameters, of which there are none.
  public init(parameters: IndicatorParameters) {}

  @inline(__always)
  func signal<Source>(_ bars: Candles<Self, Source>) -> BarPair {
    let long = bars.average(.shadowLong, 0)
    var fits = bars.body(0) .<= bars.average(.bodyDoji, 0)
    fits .&= (bars.lowerShadow(0) .> long) .& (bars.upperShadow(0) .> long)
    let middle = bars.low(0) + (bars.high(0) - bars.low(0)) / 2
    let near = bars.average(.near, 0)
    fits .&= (bars.bottom(0) .<= middle + near) .& (bars.top(0) .>= middle - near)
    return fits.marked(100)
  }
}
