/// Open, high, low, close and volume of consecutive trades, stamped at its close.
public struct Bar: Sendable, Hashable, Codable {
  /// Time of the first trade, ns since 1970 UTC.
  public var openTime: Int64
  /// For time bars the end of the interval, else the time of the last trade, ns since 1970 UTC.
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

/// When a bar is complete.
public enum BarRule: Sendable, Hashable, Codable {
  /// Intervals of the clock, in nanoseconds; aligned to 1970-01-01 UTC. Intervals without a trade give no bar.
  case time(nanoseconds: Int64)
  /// A number of trades.
  case ticks(Int)
  /// A total size.
  case volume(Double)
  /// A total of price times size.
  case dollars(Double)

  var problem: String? {
    switch self {
    case .time(let nanoseconds): nanoseconds >= 1 ? nil : "time bars of \(nanoseconds) ns; at least 1 is needed"
    case .ticks(let count): count >= 1 ? nil : "bars of \(count) ticks; at least 1 is needed"
    case .volume(let amount), .dollars(let amount):
      amount > 0 && amount.isFinite ? nil : "bars of an amount \(amount); a positive finite one is needed"
    }
  }
}
