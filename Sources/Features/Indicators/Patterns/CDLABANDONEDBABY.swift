/// Abandoned baby: a long bar, a doji apart from its neighbours by gaps, and a bar back into the first; a reversal.
///
/// Source: Nison, "Japanese Candlestick Charting Techniques" (1991); TA-Lib's CDLABANDONEDBABY.
public struct CDLABANDONEDBABY: PenetratingPattern {
  /// TA-Lib's CDLABANDONEDBABY.
  public static let definition = IndicatorDefinition.pattern("CDLABANDONEDBABY", "abandoned baby", penetration: 0.3)
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
    let reach = bars.body(2)
    var falls = bars.isWhite(2) .& bars.isBlack(0)
    falls .&= bars.gapsUp(1, from: 2) .& bars.gapsDown(0, from: 1)
    falls .&= bars.close(0) .< bars.close(2) - reach * penetration
    var rises = bars.isBlack(2) .& bars.isWhite(0)
    rises .&= bars.gapsDown(1, from: 2) .& bars.gapsUp(0, from: 1)
    guard any(falls .| rises) else { return .zero }
    // TA-Lib rounds the sum once, but not the difference.
    rises .&= bars.close(0) .> bars.close(2).addingProduct(reach, penetration)
    var fits = falls .| rises
    fits .&= reach .> bars.average(.bodyLong, 2)
    fits .&= bars.body(1) .<= bars.average(.bodyDoji, 1)
    fits .&= bars.body(0) .> bars.average(.bodyShort, 0)
    return (bars.color(0) * 100).kept(where: fits)
  }
}
