/// A trade with the quote in force and its time, or a quote alone; a field that an indicator does not use may be anything.
///
/// Missing fields are NaN: the price and size of a row that is a quote only, the quote of a feed without one.
public struct TradeQuote: IndicatorInput, Hashable, Codable {
  /// Price of the trade.
  public var price: Double
  /// Size of the trade.
  public var size: Double
  /// Best price offered by buyers.
  public var bid: Double
  /// Best price asked by sellers.
  public var ask: Double
  /// Size offered at the bid.
  public var bidSize: Double
  /// Size asked at the ask.
  public var askSize: Double
  /// Who began the trade: 1 the buyer, −1 the seller, 0 unknown.
  public var side: Double
  /// Seconds since a start that the series shares, such as its first tick: below 10⁶ s they keep a tenth of a nanosecond.
  public var time: Double

  /// Makes a tick; what is left out is missing.
  @inline(__always)
  public init(
    price: Double = .nan, size: Double = .nan, bid: Double = .nan, ask: Double = .nan, bidSize: Double = .nan,
    askSize: Double = .nan, side: Double = .nan, time: Double = .nan
  ) {
    self.price = price
    self.size = size
    self.bid = bid
    self.ask = ask
    self.bidSize = bidSize
    self.askSize = askSize
    self.side = side
    self.time = time
  }

  /// Reads a row of the eight columns.
  @inline(__always)
  public init(_ columns: InputColumns, _ row: Int) {
    self.init(
      price: columns.first[row], size: columns.second[row], bid: columns.third[row], ask: columns.fourth[row],
      bidSize: columns.fifth[row], askSize: columns.sixth[row], side: columns.seventh[row], time: columns.eighth[row])
  }

  /// The middle of the quote.
  @inline(__always)
  var mid: Double { (bid + ask) / 2 }
}
