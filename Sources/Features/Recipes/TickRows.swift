public import TickData

/// Rows of one symbol's ticks as the columns that a recipe of ticks reads: the trade with the quote in force.
///
/// Feeds send quotes and trades apart: each of bid, ask and their sizes keeps its last value, so that a trade's row has the quote
/// that stands. Codable: the quote in force goes on where history ends.
public struct TickRows: Sendable, Codable {
  // The quote in force; a number that is not known yet is null in saved form.
  private var bid = Held()
  private var ask = Held()
  private var bidSize = Held()
  private var askSize = Held()
  /// Nanoseconds at which the rows' time in seconds is 0; nil before the first tick with a time.
  public private(set) var origin: Int64?

  /// Makes rows that count seconds from a time; nil counts them from the first tick.
  public init(origin: Int64? = nil) { self.origin = origin }

  /// Takes the next tick and returns its row.
  ///
  /// The side of a quote and an unknown one are 0; a tick without a time has none.
  public mutating func row(_ tick: Tick) -> TradeQuote {
    if tick.bid.isNumber { bid.value = tick.bid }
    if tick.ask.isNumber { ask.value = tick.ask }
    if tick.bidSize.isNumber { bidSize.value = tick.bidSize }
    if tick.askSize.isNumber { askSize.value = tick.askSize }
    let hasTime = tick.time != Tick.noTime
    if hasTime && origin == nil { origin = tick.time }
    // Times at both ends of what 64 bits hold are further apart than that.
    let distance = tick.time.subtractingReportingOverflow(origin ?? 0)
    let nanoseconds = distance.overflow ? Double(tick.time) - Double(origin ?? 0) : Double(distance.partialValue)
    let seconds = hasTime ? nanoseconds / 1e9 : .nan
    return TradeQuote(
      price: tick.price, size: tick.size, bid: bid.value, ask: ask.value, bidSize: bidSize.value,
      askSize: askSize.value, side: Double(tick.side.rawValue), time: seconds)
  }
}
