/// Hikkake: a bar inside the one before, and a third that breaks out to the wrong side; a reversal.
///
/// A close beyond the inside bar's far end within three bars confirms it with 200 or −200. A new hikkake replaces the old.
/// Source: Chesler, "Trading False Moves with the Hikkake Pattern" (2004); TA-Lib's CDLHIKKAKE.
public struct CDLHIKKAKE: CandlestickPattern {
  /// TA-Lib's CDLHIKKAKE.
  public static let definition = IndicatorDefinition.pattern("CDLHIKKAKE", "hikkake pattern")
  static var precedingBars: Int { 5 }
  static var rememberedBars: Int { 3 }

  private var memory = HikkakeMemory()
  var state = CandleState()

  /// Makes the pattern.
  public init() {}

  /// Makes the pattern of checked parameters, of which there are none.
  public init(parameters: IndicatorParameters) {}

  @inline(__always)
  func signal<Source>(_ bars: Candles<Self, Source>) -> BarPair {
    let inside = (bars.high(1) .< bars.high(2)) .& (bars.low(1) .> bars.low(2))
    let rises = inside .& (bars.high(0) .< bars.high(1)) .& (bars.low(0) .< bars.low(1))
    let falls = inside .& (bars.high(0) .> bars.high(1)) .& (bars.low(0) .> bars.low(1))
    return rises.marked(100) + falls.marked(-100)
  }

  @inline(__always)
  mutating func resolve(_ signal: Double, previous: (high: Double, low: Double), close: Double) -> Double {
    memory.resolve(signal, previous: previous, close: close)
  }

  mutating func forget() { memory = HikkakeMemory() }
}
