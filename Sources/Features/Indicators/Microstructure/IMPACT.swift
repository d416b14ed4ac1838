/// Price impact of the trade n before: 2 · its side · (the mid now − its mid).
///
/// It is known only n trades after the trade, so that is when it is given. Effective spread = realised spread + impact.
/// A number missing in either row gives NaN. Source: Huang and Stoll (1996).
public struct IMPACT: Indicator {
  /// Price impact of a trade.
  public static let definition = IndicatorDefinition(
    "IMPACT", .microstructure, "price impact of a trade", inputs: [.bid, .ask, .side],
    parameters: [.period("timeperiod", 5, from: 1)])

  private var mids: Lag
  private var sides: Lag

  /// Makes the indicator.
  public init(timePeriod: Int = 5) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    mids = Lag(parameters.integer(0))
    sides = Lag(parameters.integer(0))
  }

  /// Inputs before the first result.
  public var lookback: Int { mids.length }

  /// Takes a tick.
  @inline(__always)
  public mutating func update(_ tick: TradeQuote, commit: Bool) -> Double {
    let missing = (tick.mid + tick.side) * 0
    let mid = mids.push(tick.mid + missing, commit: commit)
    let side = sides.push(tick.side + missing, commit: commit)
    return 2 * side * (tick.mid - mid) + missing
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    mids.makeUnique()
    sides.makeUnique()
  }
}
