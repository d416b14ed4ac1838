/// Morning star: a long black bar, a short body below it, and a white bar back deep into the first; bullish.
///
/// Source: Nison, "Japanese Candlestick Charting Techniques" (1991); TA-Lib's CDLMORNINGSTAR.
public struct CDLMORNINGSTAR: PenetratingPattern {
  /// TA-Lib's CDLMORNINGSTAR.
  public static let definition = IndicatorDefinition.pattern("CDLMORNINGSTAR", "morning star", penetration: 0.3)
  static var averages: CandleAverages {
    CandleAverages((.bodyLong, 2), (.bodyShort, 1), (.bodyShort, 0))
  }
  static var precedingBars: Int { 12 }

  let penetration: Double
  var state = CandleState()

  /// Makes the pattern with the share of the first body that the last bar must reach into.
  public init(penetration: Double = 0.3) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([penetration], for: Self.definition))
  }

  /// Makes the pattern of checked parameters.
  public init(parameters: IndicatorParameters) { penetration = parameters.values[0] }

  @inline(__always)
  func signal<Source>(_ bars: Candles<Self, Source>) -> BarPair {
    var fits = bars.isBlack(2) .& bars.isWhite(0)
    fits .&= bars.bodyGapsDown(1, from: 2)
    guard any(fits) else { return .zero }
    // TA-Lib rounds this sum once.
    fits .&= bars.close(0) .> bars.close(2).addingProduct(bars.body(2), penetration)
    fits .&= bars.body(2) .> bars.average(.bodyLong, 2)
    fits .&= bars.body(1) .<= bars.average(.bodyShort, 1)
    fits .&= bars.body(0) .> bars.average(.bodyShort, 0)
    return fits.marked(100)
  }
}
