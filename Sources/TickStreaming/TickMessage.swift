public import Foundation
public import TickData

/// A tick as it goes over sockets and topics: a JSON object with the reference system's names.
///
/// ```json
/// {"symbol":"SYM001","timestamp":1620627300000000000,"price":101.25,"volume":10,"bid":101.24,"ask":101.26}
/// ```
/// Fields that a tick does not carry are left out. `timestamp` is in nanoseconds since 1970 UTC.
public struct TickMessage: Sendable, Hashable {
  /// The tick.
  public let tick: Tick

  /// Wraps a tick.
  public init(_ tick: Tick) { self.tick = tick }

  private struct Wire: Codable {
    var symbol: String
    var timestamp: Int64?
    var price: Double?
    var volume: Double?
    var bid: Double?
    var ask: Double?
    var bid_size: Double?
    var ask_size: Double?
    var side: Int8?
    var cancelled: Bool?
  }

  /// The message as JSON; one line, UTF-8.
  public func encoded() throws -> Data {
    func present(_ value: Double) -> Double? { value.isNaN ? nil : value }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(
      Wire(
        symbol: tick.symbol, timestamp: tick.time == Tick.noTime ? nil : tick.time, price: present(tick.price),
        volume: present(tick.size), bid: present(tick.bid), ask: present(tick.ask), bid_size: present(tick.bidSize),
        ask_size: present(tick.askSize), side: tick.side == .unknown ? nil : tick.side.rawValue,
        cancelled: tick.isCancelled ? true : nil))
  }

  /// Reads a message.
  ///
  /// - Throws: `TickDataError` with code `invalidOption` saying what is wrong: not JSON, no symbol, a field of the wrong
  ///   type, a side other than -1, 0 and 1, or neither price nor quote.
  public init(decoding data: Data) throws {
    let wire: Wire
    do {
      wire = try JSONDecoder().decode(Wire.self, from: data)
    } catch {
      throw TickDataError(.invalidOption, "a tick message cannot be read: \(error)")
    }
    guard !wire.symbol.isEmpty else { throw TickDataError(.invalidOption, "a tick message has an empty symbol") }
    guard let side = AggressorSide(rawValue: wire.side ?? 0) else {
      throw TickDataError(.invalidOption, "a tick message has side \(wire.side ?? 0); -1, 0 and 1 are allowed")
    }
    guard wire.price != nil || wire.bid != nil || wire.ask != nil else {
      throw TickDataError(.invalidOption, "a tick message of '\(wire.symbol)' has neither price, bid nor ask")
    }
    tick = Tick(
      symbol: wire.symbol, time: wire.timestamp ?? Tick.noTime, price: wire.price ?? .nan, size: wire.volume ?? .nan,
      bid: wire.bid ?? .nan, ask: wire.ask ?? .nan, bidSize: wire.bid_size ?? .nan, askSize: wire.ask_size ?? .nan,
      side: side, isCancelled: wire.cancelled ?? false)
  }
}
