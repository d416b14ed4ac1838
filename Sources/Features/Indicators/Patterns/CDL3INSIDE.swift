/// Three inside up or down: a harami that the third bar confirms by closing beyond the first open; a reversal.
///
/// Source: Morris, "Candlestick Charting Explained" (1995); TA-Lib's CDL3INSIDE.
public struct CDL3INSIDE: CandlestickPattern {
  /// TA-Lib's CDL3INSIDE.
  public static let definition = IndicatorDefinition.pattern("CDL3INSIDE", "three inside up or down")
  static var averages: CandleAverages {
    CandleAverages((.bodyLong, 2), (.bodyShort, 1))
  }
  static var precedingBars: Int { 12 }

  var state = CandleState()

  /// Makes the pattern.
  public init() {}

  /// Makes the pattern of checked parameters, of which there are none.
  public init(parameters: IndicatorParameters) {}

  @inline(__always)
  func signal<Source>(_ bars: Candles<Self, Source>) -> BarPair {
    var fits = (bars.top(1) .< bars.top(2)) .& (bars.bottom(1) .> bars.bottom(2))
    let falls = bars.isWhite(2) .& bars.isBlack(0) .& (bars.close(0) .< bars.open(2))
    let rises = bars.isBlack(2) .& bars.isWhite(0) .& (bars.close(0) .> bars.open(2))
    fits .&= falls .| rises
    guard any(fits) else { return .zero }
    fits .&= bars.body(2) .> bars.average(.bodyLong, 2)
    fits .&= bars.body(1) .<= bars.average(.bodyShort, 1)
    return (bars.color(2) * -100).kept(where: fits)
  }
}
