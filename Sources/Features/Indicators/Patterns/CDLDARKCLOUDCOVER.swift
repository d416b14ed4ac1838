/// Dark cloud cover: a long white bar, then a black one that opens above its high and closes deep in its body; bearish.
///
/// Source: Nison, "Japanese Candlestick Charting Techniques" (1991); TA-Lib's CDLDARKCLOUDCOVER.
public struct CDLDARKCLOUDCOVER: PenetratingPattern {
  /// TA-Lib's CDLDARKCLOUDCOVER.
  public static let definition = IndicatorDefinition.pattern("CDLDARKCLOUDCOVER", "dark cloud cover", penetration: 0.5)
  static var averages: CandleAverages {
    CandleAverages((.bodyLong, 1))
  }
  static var precedingBars: Int { 11 }

  let penetration: Double
  var state = CandleState()

  /// Makes the pattern with the share of the first body that the last bar must reach into.
  public init(penetration: Double = 0.5) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([penetration], for: Self.definition))
  }

  /// Makes the pattern of checked parameters.
  public init(parameters: IndicatorParameters) { penetration = parameters.values[0] }

  @inline(__always)
  func signal<Source>(_ bars: Candles<Self, Source>) -> BarPair {
    var fits = bars.isWhite(1) .& bars.isBlack(0)
    fits .&= bars.open(0) .> bars.high(1)
    fits .&= bars.isBetween(bars.close(0), bars.open(1), bars.close(1) - bars.body(1) * penetration)
    guard any(fits) else { return .zero }
    fits .&= bars.body(1) .> bars.average(.bodyLong, 1)
    return fits.marked(-100)
  }
}
