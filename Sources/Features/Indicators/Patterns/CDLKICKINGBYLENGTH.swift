/// Kicking by length: two marubozus of opposite colours with a gap between; the way of the longer.
///
/// Source: Morris, "Candlestick Charting Explained" (1995); TA-Lib's CDLKICKINGBYLENGTH.
public struct CDLKICKINGBYLENGTH: CandlestickPattern {
  /// TA-Lib's CDLKICKINGBYLENGTH.
  public static let definition = IndicatorDefinition.pattern("CDLKICKINGBYLENGTH", "kicking, by the longer marubozu")
  static var averages: CandleAverages {
    CandleAverages((.shadowVeryShort, 1), (.shadowVeryShort, 0), (.bodyLong, 1), (.bodyLong, 0))
  }
  static var precedingBars: Int { 11 }

  var state = CandleState()

  /// Makes the pattern.
  public init() {}

  /// Makes the pattern of checked parameters, of which there are none.
  public init(parameters: IndicatorParameters) {}

  @inline(__always)
  func signal<Source>(_ bars: Candles<Self, Source>) -> BarPair {
    var fits = bars.isBlack(1) .& bars.isWhite(0) .& bars.gapsUp(0, from: 1)
    fits .|= bars.isWhite(1) .& bars.isBlack(0) .& bars.gapsDown(0, from: 1)
    guard any(fits) else { return .zero }
    for k in 0...1 {
      let veryShort = bars.average(.shadowVeryShort, k)
      fits .&= bars.body(k) .> bars.average(.bodyLong, k)
      fits .&= (bars.upperShadow(k) .< veryShort) .& (bars.lowerShadow(k) .< veryShort)
    }
    let longer = bars.color(0).kept(where: bars.body(0) .> bars.body(1), else: bars.color(1))
    return (longer * 100).kept(where: fits)
  }
}
