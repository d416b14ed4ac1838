/// Which side started a trade.
public enum AggressorSide: Int8, Sendable, Hashable, Codable {
  /// The seller: the trade hit the bid.
  case sell = -1
  /// Not told by the feed.
  case unknown = 0
  /// The buyer: the trade lifted the ask.
  case buy = 1
}

/// One event of a market data feed: a trade, a quote, or both at once.
///
/// A field that the event does not carry is NaN (numbers) or ``AggressorSide/unknown``. An event with a price is a trade
/// and counts as a tick; one without is a quote and only changes the standing quote.
public struct Tick: Sendable, Hashable, Codable {
  /// The time stamp that stands for "the feed gave none".
  public static let noTime = Int64.min

  /// The instrument's name.
  public var symbol: String
  /// Event time in nanoseconds since 1970-01-01 UTC, or ``noTime``.
  public var time: Int64
  /// Trade price in the quote currency; NaN where this is not a trade.
  public var price: Double
  /// Trade size in units of the instrument; NaN where the feed has none.
  public var size: Double
  /// Best bid price after the event, or NaN.
  public var bid: Double
  /// Best ask price after the event, or NaN.
  public var ask: Double
  /// Size at the best bid, or NaN.
  public var bidSize: Double
  /// Size at the best ask, or NaN.
  public var askSize: Double
  /// Who started the trade.
  public var side: AggressorSide
  /// Whether the feed marks this print as cancelled or corrected away.
  public var isCancelled: Bool

  /// Makes an event; what is left out is missing.
  public init(
    symbol: String, time: Int64, price: Double = .nan, size: Double = .nan, bid: Double = .nan, ask: Double = .nan,
    bidSize: Double = .nan, askSize: Double = .nan, side: AggressorSide = .unknown, isCancelled: Bool = false
  ) {
    self.symbol = symbol
    self.time = time
    self.price = price
    self.size = size
    self.bid = bid
    self.ask = ask
    self.bidSize = bidSize
    self.askSize = askSize
    self.side = side
    self.isCancelled = isCancelled
  }

  /// Whether the event is a trade: it has a price.
  @inlinable public var isTrade: Bool { !price.isNaN }
}
