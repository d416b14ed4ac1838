/// The settings of a ``SyntheticMarket``.
public struct MarketOptions: Sendable, Hashable, Codable {
  /// How prices form.
  public enum Setting: String, Sendable, Hashable, Codable, CaseIterable {
    /// Trades at bid or ask on the tick grid, so the bounce between them is predictable, as in real markets.
    case realistic
    /// Trades at the mid, steps independent of the past: with no signal planted nothing can be predicted.
    case noise
  }

  /// Memory of the planted signal's hidden state from tick to tick.
  public static let signalMemory = 0.95

  /// How prices form.
  public var setting = Setting.realistic
  /// Rows in all; 0 to 1,000,000,000.
  public var ticks = 300_000
  /// Number of symbols; 1 to 10,000.
  public var symbols = 5
  /// Seed of all random numbers.
  public var seed: UInt64 = 1
  /// Share a of a tick's standard deviation that the visible state foretells; in `0..<1`, 0 plants nothing.
  public var signalStrength = 0.0
  /// Standard deviation of one tick's log return; positive.
  public var tickVolatility = 2e-4
  /// Quoted spread as a share of the mid; positive.
  public var relativeSpread = 4e-4
  /// Chance that the next trade has the sign of the last one without drawing anew; in `0..<1`.
  public var flowPersistence = 0.7
  /// Price grid of the realistic setting; a whole part of 1 such as 0.05, at least 1e-8.
  public var tickSize = 0.01
  /// Sessions over which the rows are spread; 1 to 10,000.
  public var sessions = 3
  /// Local day of the first session as days since 1970-01-01, in -50,000...50,000; weekends are passed over.
  public var firstDay: Int64 = 18_757
  /// The calendar of the sessions.
  public var calendar = TradingCalendar.nse

  /// Makes the defaults: 300,000 ticks of 5 symbols in three sessions from 2021-05-10.
  public init() {}

  /// The name of a symbol: `SYM001` and so on.
  public func symbolName(_ index: Int) -> String {
    let digits = String(index + 1)
    return "SYM" + String(repeating: "0", count: max(0, 3 - digits.count)) + digits
  }

  func validate() throws(TickDataError) {
    func check(_ isAllowed: Bool, _ name: String, _ value: some CustomStringConvertible, _ rule: String)
      throws(TickDataError)
    {
      if !isAllowed { throw TickDataError(.invalidOption, "\(name) is \(value); it must be \(rule)") }
    }
    try check(0...1_000_000_000 ~= ticks, "ticks", ticks, "in 0...1,000,000,000")
    try check(1...10_000 ~= symbols, "symbols", symbols, "in 1...10,000")
    try check(signalStrength >= 0 && signalStrength < 1, "signalStrength", signalStrength, "in 0..<1")
    try check(tickVolatility > 0 && tickVolatility < 0.1, "tickVolatility", tickVolatility, "in 0..<0.1, not 0")
    try check(relativeSpread > 0 && relativeSpread < 0.5, "relativeSpread", relativeSpread, "in 0..<0.5, not 0")
    try check(flowPersistence >= 0 && flowPersistence < 1, "flowPersistence", flowPersistence, "in 0..<1")
    let steps = 1 / tickSize
    try check(
      tickSize >= 1e-8 && tickSize <= 1 && abs(steps - steps.rounded()) < 1e-6, "tickSize", tickSize,
      "in 1e-8...1 and a whole part of 1, such as 0.05")
    try check(1...10_000 ~= sessions, "sessions", sessions, "in 1...10,000")
    try check(-50_000...50_000 ~= firstDay, "firstDay", firstDay, "in -50,000...50,000")
  }
}
