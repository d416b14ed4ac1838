/// Where the sign of a trade comes from: 1 for a buy, −1 for a sell.
public enum TradeSigns: String, Sendable, Hashable, Codable {
  /// The price's last change: 1 after a rise, −1 after a fall, 0 before the first change (Lee and Ready 1991).
  case tickRule
  /// ``Tick/side``, and the tick rule for trades whose side the feed does not tell.
  case aggressor
}

/// The state of the tick rule.
struct TradeSigner: Sendable, Hashable, Codable {
  private var price: Double?
  private var sign = 0

  mutating func sign(of tick: Tick, by source: TradeSigns) -> Int {
    if let price, tick.price != price { sign = tick.price > price ? 1 : -1 }
    price = tick.price
    return source == .aggressor && tick.side != .unknown ? Int(tick.side.rawValue) : sign
  }
}
