/// Engulfing pattern: a body that covers the body before, of the other colour; a reversal.
///
/// 80 or −80 where one end of the bodies is the same.
/// Source: Nison, "Japanese Candlestick Charting Techniques" (1991); TA-Lib's CDLENGULFING.
public struct CDLENGULFING: CandlestickPattern {
  /// TA-Lib's CDLENGULFING.
  public static let definition = IndicatorDefinition.pattern("CDLENGULFING", "engulfing pattern")
  static var precedingBars: Int { 2 }

  var state = CandleState()

  /// Makes the pattern.
  public init() {}

  /// Makes the pattern of checked parameters, of which there are none.
  public init(parameters: IndicatorParameters) {}

  @inline(__always)
  func signal<Source>(_ bars: Candles<Self, Source>) -> BarPair {
    let (open, close) = (bars.open(0), bars.close(0))
    let (lastOpen, lastClose) = (bars.open(1), bars.close(1))
    // Of white over black: both ends beyond, one of them at least strictly.
    var rises = bars.isWhite(0) .& bars.isBlack(1)
    rises .&= ((close .>= lastOpen) .& (open .< lastClose)) .| ((close .> lastOpen) .& (open .<= lastClose))
    var falls = bars.isBlack(0) .& bars.isWhite(1)
    falls .&= ((open .>= lastClose) .& (close .< lastOpen)) .| ((open .> lastClose) .& (close .<= lastOpen))
    let touches = (open .== lastClose) .| (close .== lastOpen)
    let size = touches.marked(80, else: 100)
    return (bars.color(0) * size).kept(where: rises .| falls)
  }
}
