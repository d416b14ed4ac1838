/// What a strategy sees: the market after a tick, and its own account.
///
/// Nothing of it is later than the tick.
public struct MarketView: Sendable, Hashable {
  /// Row of the tick.
  public let row: Int
  /// Time of the tick, ns since 1970 UTC.
  public let time: Int64
  /// Last trade's price; NaN before the first.
  public let lastPrice: Double
  /// Standing bid; NaN before the first quote.
  public let bid: Double
  /// Standing ask; NaN before the first quote.
  public let ask: Double
  /// Units held, negative for short.
  public let position: Double
  /// Units in orders under way.
  public let pending: Double
  /// Money and the position's value at ``price``.
  public let equity: Double

  /// The middle of the quote, or the last trade's price without one; NaN before either.
  public var price: Double {
    let middle = (bid + ask) / 2
    return middle.isNaN ? lastPrice : middle
  }
}

/// Decides, tick after tick, what position to hold.
public protocol BacktestStrategy {
  /// The position wanted after a tick, in units, negative for short; nil leaves things as they are.
  mutating func target(_ market: MarketView) -> Double?
}

/// Follows a column of positions: the target of each row, NaN for no change.
///
/// The target of a row must come from that row and earlier ones alone; features and predictions of this library do.
public struct ColumnStrategy: BacktestStrategy, Sendable {
  private let targets: [Double]

  /// Takes one target a row, in units.
  public init(_ targets: [Double]) { self.targets = targets }

  /// The row's target.
  public mutating func target(_ market: MarketView) -> Double? {
    guard market.row < targets.count, !targets[market.row].isNaN else { return nil }
    return targets[market.row]
  }
}
