/// Three outside up or down: an engulfing bar that the third confirms by closing further; a reversal.
///
/// Source: Morris, "Candlestick Charting Explained" (1995); TA-Lib's CDL3OUTSIDE.
public struct CDL3OUTSIDE: CandlestickPattern {
  /// TA-Lib's CDL3OUTSIDE.
  public static let definition = IndicatorDefinition.pattern("CDL3OUTSIDE", "three outside up or down")
  static var precedingBars: Int { 3 }

  var state = CandleState()

  /// Makes the pattern.
  public init() {}

  /// Makes the pattern of checked parameters, of which there are none.
  public init(parameters: IndicatorParameters) {}

  @inline(__always)
  func signal<Source>(_ bars: Candles<Self, Source>) -> BarPair {
    var rises = bars.isWhite(1) .& bars.isBlack(2) .& (bars.close(0) .> bars.close(1))
    rises .&= (bars.close(1) .> bars.open(2)) .& (bars.open(1) .< bars.close(2))
    var falls = bars.isBlack(1) .& bars.isWhite(2) .& (bars.close(0) .< bars.close(1))
    falls .&= (bars.open(1) .> bars.close(2)) .& (bars.close(1) .< bars.open(2))
    return (bars.color(1) * 100).kept(where: rises .| falls)
  }
}
