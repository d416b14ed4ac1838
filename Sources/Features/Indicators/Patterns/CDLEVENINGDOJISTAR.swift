/// Evening doji star: a long white bar, a doji above it, and a black bar back deep into the first; bearish.
///
/// Source: Nison, "Japanese Candlestick Charting Techniques" (1991); TA-Lib's CDLEVENINGDOJISTAR.
public struct CDLEVENINGDOJISTAR: PenetratingPattern {
  /// TA-Lib's CDLEVENINGDOJISTAR.
  public static let definition = IndicatorDefinition.pattern(
    "CDLEVENINGDOJISTAR", "evening doji star", penetration: 0.3)
  static var averages: CandleAverages {
    CandleAverages((.bodyLong, 2), (.bodyDoji, 1), (.bodyShort, 0))
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
    var fits = bars.isWhite(2) .& bars.isBlack(0)
    fits .&= bars.bodyGapsUp(1, from: 2)
    fits .&= bars.close(0) .< bars.close(2) - bars.body(2) * penetration
    guard any(fits) else { return .zero }
    fits .&= bars.body(2) .> bars.average(.bodyLong, 2)
    fits .&= bars.body(1) .<= bars.average(.bodyDoji, 1)
    fits .&= bars.body(0) .> bars.average(.bodyShort, 0)
    return fits.marked(-100)
  }
}
