/// Takuri line: a doji at the high of its bar with a very long lower shadow; bullish after a fall.
///
/// Source: Bulkowski, "Encyclopedia of Candlestick Charts" (2008); TA-Lib's CDLTAKURI.
public struct CDLTAKURI: CandlestickPattern {
  /// TA-Lib's CDLTAKURI.
  public static let definition = IndicatorDefinition.pattern(
    "CDLTAKURI", "takuri (dragonfly doji with very long lower shadow)")
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
    var fits = bars.body(0) .<= bars.average(.bodyDoji, 0)
    fits .&= bars.upperShadow(0) .< bars.average(.shadowVeryShort, 0)
    fits .&= bars.lowerShadow(0) .> bars.average(.shadowVeryLong, 0)
    return fits.marked(100)
  }
}
