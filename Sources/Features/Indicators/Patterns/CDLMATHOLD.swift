/// Mat hold: a long white bar, three short ones that drift down above its middle, and a white new high; bullish.
///
/// Source: Morris, "Candlestick Charting Explained" (1995); TA-Lib's CDLMATHOLD.
public struct CDLMATHOLD: PenetratingPattern {
  /// TA-Lib's CDLMATHOLD.
  public static let definition = IndicatorDefinition.pattern("CDLMATHOLD", "mat hold", penetration: 0.5)
  static var averages: CandleAverages {
    CandleAverages((.bodyLong, 4), (.bodyShort, 3), (.bodyShort, 2), (.bodyShort, 1))
  }
  static var precedingBars: Int { 14 }

  let penetration: Double
  var state = CandleState()

  /// Makes the pattern with the share of the first body that the short bars may reach into.
  public init(penetration: Double = 0.5) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([penetration], for: Self.definition))
  }

  /// Makes the pattern of checked parameters.
  public init(parameters: IndicatorParameters) { penetration = parameters.values[0] }

  @inline(__always)
  func signal<Source>(_ bars: Candles<Self, Source>) -> BarPair {
    var fits = bars.isWhite(4) .& bars.isBlack(3) .& bars.isWhite(0)
    fits .&= bars.bodyGapsUp(3, from: 4)
    fits .&= (bars.top(2) .< bars.open(3)) .& (bars.top(1) .< bars.top(2))
    fits .&= bars.open(0) .> bars.close(1)
    fits .&= bars.close(0) .> bars.high(3).larger(bars.high(2)).larger(bars.high(1))
    guard any(fits) else { return .zero }
    let floor = bars.close(4) - bars.body(4) * penetration
    fits .&= bars.isBetween(bars.bottom(2), floor, bars.close(4))
    fits .&= bars.isBetween(bars.bottom(1), floor, bars.close(4))
    fits .&= bars.body(4) .> bars.average(.bodyLong, 4)
    fits .&= bars.body(3) .< bars.average(.bodyShort, 3)
    fits .&= bars.body(2) .< bars.average(.bodyShort, 2)
    fits .&= bars.body(1) .< bars.average(.bodyShort, 1)
    return fits.marked(100)
  }
}
