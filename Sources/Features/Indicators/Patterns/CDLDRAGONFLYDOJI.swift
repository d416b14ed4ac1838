/// Dragonfly doji: a doji at the high of its bar with a lower shadow; bullish after a fall.
///
/// Source: Nison, "Japanese Candlestick Charting Techniques" (1991); TA-Lib's CDLDRAGONFLYDOJI.
public struct CDLDRAGONFLYDOJI: CandlestickPattern {
  /// TA-Lib's CDLDRAGONFLYDOJI.
  public static let definition = IndicatorDefinition.pattern("CDLDRAGONFLYDOJI", "dragonfly doji")
  static var averages: CandleAverages {
    CandleAverages((.bodyDoji, 0))
  }
  static var precedingBars: Int { 10 }

  var state = CandleState()

  /// Makes the pattern.
  public init() {}

  /// Makes the pattern of checked parameters, of which there are none.
  public init(parameters: IndicatorParameters) {}

  @inline(__always)
  func signal<Source>(_ bars: Candles<Self, Source>) -> BarPair {
    let veryShort = bars.average(.shadowVeryShort, 0)
    var fits = bars.body(0) .<= bars.average(.bodyDoji, 0)
    fits .&= (bars.upperShadow(0) .< veryShort) .& (bars.lowerShadow(0) .> veryShort)
    return fits.marked(100)
  }
}
