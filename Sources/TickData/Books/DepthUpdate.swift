/// A change of an order book with the numbers of the exchange's updates it holds, as Binance sends them.
public struct DepthUpdate: Sendable, Hashable, Codable {
  /// Number of the first update in it, `U`.
  public var firstUpdate: Int64
  /// Number of the last update in it, `u`.
  public var lastUpdate: Int64
  /// For futures the last update of the message before it, `pu`; nil for spot.
  public var previousUpdate: Int64?
  /// New sizes of prices; size 0 removes one, and the order does not matter.
  public var levels: BookLevels

  /// Makes a change.
  public init(firstUpdate: Int64, lastUpdate: Int64, previousUpdate: Int64? = nil, levels: BookLevels) {
    self.firstUpdate = firstUpdate
    self.lastUpdate = lastUpdate
    self.previousUpdate = previousUpdate
    self.levels = levels
  }
}

/// The levels of an order book as they are after an update.
public struct DepthSnapshot: Sendable, Hashable, Codable {
  /// Number of the last update in it, `lastUpdateId`.
  public var lastUpdate: Int64
  /// All levels of the snapshot.
  public var levels: BookLevels

  /// Makes a snapshot.
  public init(lastUpdate: Int64, levels: BookLevels) {
    self.lastUpdate = lastUpdate
    self.levels = levels
  }
}
