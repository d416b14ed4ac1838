/// Modified hikkake: two inside bars, the first closing at its end, and a false breakout to that side; a reversal.
///
/// A close beyond the second inside bar's far end within three bars confirms it with 200 or −200.
/// Source: Chesler, "Trading False Moves with the Hikkake Pattern" (2004); TA-Lib's CDLHIKKAKEMOD.
public struct CDLHIKKAKEMOD: CandlestickPattern {
  /// TA-Lib's CDLHIKKAKEMOD.
  public static let definition = IndicatorDefinition.pattern("CDLHIKKAKEMOD", "modified hikkake pattern")
  static var averages: CandleAverages {
    CandleAverages((.near, 2))
  }
  static var precedingBars: Int { 10 }
  static var rememberedBars: Int { 3 }

  private var memory = HikkakeMemory()
  var state = CandleState()

  /// Makes the pattern.
  public init() {}

  /// Makes the pattern of checked parameters, of which there are none.
  public init(parameters: IndicatorParameters) {}

  @inline(__always)
  func signal<Source>(_ bars: Candles<Self, Source>) -> BarPair {
    var inside = (bars.high(2) .< bars.high(3)) .& (bars.low(2) .> bars.low(3))
    inside .&= (bars.high(1) .< bars.high(2)) .& (bars.low(1) .> bars.low(2))
    guard any(inside) else { return .zero }
    let near = bars.average(.near, 2)
    var rises = inside .& (bars.high(0) .< bars.high(1)) .& (bars.low(0) .< bars.low(1))
    rises .&= bars.close(2) .<= bars.low(2) + near
    var falls = inside .& (bars.high(0) .> bars.high(1)) .& (bars.low(0) .> bars.low(1))
    falls .&= bars.close(2) .>= bars.high(2) - near
    return rises.marked(100) + falls.marked(-100)
  }

  @inline(__always)
  mutating func resolve(_ signal: Double, previous: (high: Double, low: Double), close: Double) -> Double {
    memory.resolve(signal, previous: previous, close: close)
  }

  mutating func forget() { memory = HikkakeMemory() }
}
