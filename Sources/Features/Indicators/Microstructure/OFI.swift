/// Order flow imbalance over the last n changes of the quote: what was added at the bid or taken at the ask, less the
/// reverse.
///
/// A change counts the new bid size if the bid did not fall, less the old one if it did not rise; and the same for the
/// ask with signs reversed. A window that holds a missing number gives NaN. Source: Cont, Kukanov and Stoikov, "The
/// price impact of order book events" (2014).
public struct OFI: Indicator {
  /// Order flow imbalance.
  public static let definition = IndicatorDefinition(
    "OFI", .microstructure, "order flow imbalance", inputs: [.bid, .ask, .bidSize, .askSize],
    parameters: [.period("timeperiod", 20, from: 1)])

  private var window: WindowSum
  private var previous = SIMD4<Double>.zero
  private var hasPrevious = false

  /// Makes the indicator.
  public init(timePeriod: Int = 20) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    window = WindowSum(parameters.integer(0))
  }

  /// Inputs before the first result.
  public var lookback: Int { window.length }

  /// Takes a tick.
  @inline(__always)
  public mutating func update(_ tick: TradeQuote, commit: Bool) -> Double {
    let isThere = (tick.bid + tick.ask + tick.bidSize + tick.askSize).isNumber
    let now = SIMD4(tick.bid, tick.ask, tick.bidSize, tick.askSize)
    var flow = Double.nan
    if isThere, hasPrevious {
      flow = (now[0] >= previous[0] ? now[2] : 0) - (now[0] <= previous[0] ? previous[2] : 0)
      flow += (now[1] >= previous[1] ? previous[3] : 0) - (now[1] <= previous[1] ? now[3] : 0)
    }
    hasPrevious = isThere
    previous = isThere ? now : .zero
    return window.push(flow, commit: commit)
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() { window.makeUnique() }
}
