/// A price of an order book and what is offered at it.
public struct BookLevel: Sendable, Hashable, Codable {
  /// The price as a whole number of the smallest steps of the feed: 10⁻⁴ dollars for LOBSTER, 10⁻⁸ for ``DecimalText``.
  public var price: Int64
  /// The size: shares for LOBSTER, 10⁻⁸ of the base currency for ``DecimalText``.
  public var size: Int64

  /// Makes a level.
  public init(price: Int64, size: Int64) {
    self.price = price
    self.size = size
  }
}

/// The two sides of an order book.
public enum BookSide: Int8, Sendable, Hashable, Codable, CaseIterable {
  /// Offers to sell; the best is the lowest.
  case ask = -1
  /// Offers to buy; the best is the highest.
  case bid = 1

  func isBetter(_ price: Int64, than other: Int64) -> Bool { self == .bid ? price > other : price < other }
}

/// Levels of both sides as a feed gives them.
public struct BookLevels: Sendable, Hashable, Codable {
  /// Offers to buy, highest price first.
  public var bids: [BookLevel]
  /// Offers to sell, lowest price first.
  public var asks: [BookLevel]

  /// Makes levels.
  public init(bids: [BookLevel], asks: [BookLevel]) {
    self.bids = bids
    self.asks = asks
  }
}
