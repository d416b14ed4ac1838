/// Counterattack: a long bar answered by a long one of the other colour that closes at the same price; a reversal.
///
/// Source: Nison, "Japanese Candlestick Charting Techniques" (1991); TA-Lib's CDLCOUNTERATTACK.
public struct CDLCOUNTERATTACK: CandlestickPattern {
  /// TA-Lib's CDLCOUNTERATTACK.
  public static let definition = IndicatorDefinition.pattern("CDLCOUNTERATTACK", "counterattack")
  static var averages: CandleAverages {
    CandleAverages((.equal, 1), (.bodyLong, 1), (.bodyLong, 0))
  }
  static var precedingBars: Int { 11 }

  var state = CandleState()

  /// Makes the pattern.
  public init() {}

  /// Makes the pattern of checked parameters, of which there are none.
  public init(parameters: IndicatorParameters) {}

  @inline(__always)
  func signal<Source>(_ bars: Candles<Self, Source>) -> BarPair {
    var fits = bars.oppositeColor(1, 0)
    fits .&= bars.isClose(bars.close(0), to: bars.close(1), within: bars.average(.equal, 1))
    guard any(fits) else { return .zero }
    fits .&= bars.body(1) .> bars.average(.bodyLong, 1)
    fits .&= bars.body(0) .> bars.average(.bodyLong, 0)
    return (bars.color(0) * 100).kept(where: fits)
  }
}
