/// Open, high, low, close and volume of consecutive trades, stamped at its close.
public struct Bar: Sendable, Hashable, Codable {
  /// Time of the first trade, ns since 1970 UTC.
  public var openTime: Int64
  /// The time at which the bar is known: for time bars the end of the interval, for bars that a session's end closed that
  /// end, else the time of the trade that completed the bar; ns since 1970 UTC.
  public var closeTime: Int64
  /// First price.
  public var open: Double
  /// Highest price.
  public var high: Double
  /// Lowest price.
  public var low: Double
  /// Last price.
  public var close: Double
  /// Sum of the sizes; trades without a size count 0.
  public var volume: Double
  /// Sum of price times size.
  public var dollars: Double
  /// Number of trades.
  public var ticks: Int
}
