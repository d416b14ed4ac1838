/// Harami cross: a doji inside the long body before; a warning of a reversal.
///
/// 80 or −80 where one end of the bodies is the same.
/// Source: Nison, "Japanese Candlestick Charting Techniques" (1991); TA-Lib's CDLHARAMICROSS.
public struct CDLHARAMICROSS: CandlestickPattern {
  /// TA-Lib's CDLHARAMICROSS.
  public static let definition = IndicatorDefinition.pattern("CDLHARAMICROSS", "harami cross pattern")
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
    // Ends of the bodies may be the same: 80 then, 100 where both lie inside.
    let holds = (bars.top(0) .<= bars.top(1)) .& (bars.bottom(0) .>= bars.bottom(1))
    let inside = (bars.top(0) .< bars.top(1)) .& (bars.bottom(0) .> bars.bottom(1))
    var fits = holds
    guard any(fits) else { return .zero }
    fits .&= bars.body(1) .> bars.average(.bodyLong, 1)
    fits .&= bars.body(0) .<= bars.average(.bodyDoji, 0)
    let size = inside.marked(-100, else: -80)
    return (bars.color(1) * size).kept(where: fits)
  }
}
