/// Rising or falling three methods: three short bars back within a long one, then a long one on; the trend goes on.
///
/// Source: Nison, "Japanese Candlestick Charting Techniques" (1991); TA-Lib's CDLRISEFALL3METHODS.
public struct CDLRISEFALL3METHODS: CandlestickPattern {
  /// TA-Lib's CDLRISEFALL3METHODS.
  public static let definition = IndicatorDefinition.pattern("CDLRISEFALL3METHODS", "rising or falling three methods")
  static var averages: CandleAverages {
    CandleAverages((.bodyLong, 4), (.bodyShort, 3), (.bodyShort, 2), (.bodyShort, 1), (.bodyLong, 0))
  }
  static var precedingBars: Int { 14 }

  var state = CandleState()

  /// Makes the pattern.
  public init() {}

  /// Makes the pattern of checked parameters, of which there are none.
  public init(parameters: IndicatorParameters) {}

  @inline(__always)
  func signal<Source>(_ bars: Candles<Self, Source>) -> BarPair {
    var fits = bars.oppositeColor(4, 3) .& bars.sameColor(3, 2) .& bars.sameColor(2, 1) .& bars.oppositeColor(1, 0)
    // With the signs of the first bar's colour, falling three methods are rising ones.
    let color = bars.color(4)
    fits .&= bars.close(2) * color .< bars.close(3) * color
    fits .&= bars.close(1) * color .< bars.close(2) * color
    fits .&= bars.open(0) * color .> bars.close(1) * color
    fits .&= bars.close(0) * color .> bars.close(4) * color
    guard any(fits) else { return .zero }
    for k in 1...3 { fits .&= (bars.bottom(k) .< bars.high(4)) .& (bars.top(k) .> bars.low(4)) }
    for k in 1...3 { fits .&= bars.body(k) .< bars.average(.bodyShort, k) }
    fits .&= bars.body(4) .> bars.average(.bodyLong, 4)
    fits .&= bars.body(0) .> bars.average(.bodyLong, 0)
    return (color * 100).kept(where: fits)
  }
}
