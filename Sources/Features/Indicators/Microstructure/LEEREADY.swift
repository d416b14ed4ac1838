/// Sign of a trade by its place to the mid: 1 above, −1 below; at the mid that of the tick rule, 0 where it has none.
///
/// The quote is the one given with the trade `delay` trades before: 0 for feeds whose trades and quotes have one clock.
/// Rows that lack a number give NaN and are skipped. Source: Lee and Ready (1991).
public struct LEEREADY: Indicator {
  /// Trade sign of Lee and Ready.
  public static let definition = IndicatorDefinition(
    "LEEREADY", .microstructure, "trade sign of Lee and Ready", inputs: [.price, .bid, .ask],
    parameters: [.period("delay", 0, from: 0, to: 10_000)], missing: .skipped)

  private let delay: Int
  private var mids: Lag
  private var rule = TickRule()

  /// Makes the indicator.
  public init(delay: Int = 0) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(delay)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    delay = parameters.integer(0)
    mids = Lag(max(1, delay))
  }

  /// Inputs before the first result.
  public var lookback: Int { delay }

  /// Takes a tick.
  @inline(__always)
  public mutating func update(_ tick: TradeQuote, commit: Bool) -> Double {
    guard (tick.price + tick.bid + tick.ask).isNumber else { return .nan }
    let sign = rule.push(tick.price)
    let mid = delay == 0 ? tick.mid : mids.push(tick.mid, commit: commit)
    if mid.isNaN { return .nan }
    return tick.price > mid ? 1 : (tick.price < mid ? -1 : sign)
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() { mids.makeUnique() }
}
