/// How many of the last n ticks equal the tick before them in all eight fields.
///
/// A column of one number may stand for a field that a feed does not have. A window that holds a missing number gives
/// NaN.
public struct DUPCOUNT: Indicator {
  /// Repeated ticks.
  public static let definition = IndicatorDefinition(
    "DUPCOUNT", .microstructure, "repeated ticks",
    inputs: [.price, .size, .bid, .ask, .bidSize, .askSize, .side, .time],
    parameters: [.period("timeperiod", 50, from: 1)])

  private var window: WindowSum
  private var previous = SIMD8<Double>.zero
  private var hasPrevious = false

  /// Makes the indicator.
  public init(timePeriod: Int = 50) throws(FeatureError) {
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
    let now = SIMD8(
      tick.price, tick.size, tick.bid, tick.ask, tick.bidSize, tick.askSize, tick.side, tick.time)
    let isThere = now.sum().isNumber
    let repeats = isThere && hasPrevious ? (now == previous ? 1.0 : 0) : .nan
    hasPrevious = isThere
    previous = isThere ? now : .zero
    return window.push(repeats, commit: commit)
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() { window.makeUnique() }
}
