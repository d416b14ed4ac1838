public import Foundation
public import TickData

/// A message of Binance's sockets and depth endpoint that an order book needs.
///
/// Prices and sizes are read from their decimal text as whole numbers of 10⁻⁸, exactly.
public enum BinanceMessage: Sendable, Hashable {
  /// A change of the book, `depthUpdate`.
  case update(DepthUpdate)
  /// The answer of the depth endpoint.
  case snapshot(DepthSnapshot)
  /// The best bid and ask after an update, `bookTicker`.
  case best(update: Int64, bid: BookLevel, ask: BookLevel)
  /// Anything else, such as a trade.
  case other

  private struct Wire: Decodable {
    var e: String?
    var U: Int64?
    var u: Int64?
    var pu: Int64?
    var lastUpdateId: Int64?
    var b: Side?
    var a: Side?
    var B: String?
    var A: String?
    var bids: [[String]]?
    var asks: [[String]]?
  }

  /// `b` is a list of levels in a change and a price in a ticker.
  private enum Side: Decodable {
    case levels([[String]])
    case price(String)
    case other

    init(from decoder: any Decoder) throws {
      let value = try decoder.singleValueContainer()
      if let levels = try? value.decode([[String]].self) {  // Not a list of levels: a price, or a number of a trade.
        self = .levels(levels)
      } else if let price = try? value.decode(String.self) {  // Neither: a field of a message we pass over.
        self = .price(price)
      } else {
        self = .other
      }
    }
  }

  private struct Envelope: Decodable { var data: Wire }

  /// Reads a message, with or without the envelope `{"stream": …, "data": …}` of combined streams.
  ///
  /// - Throws: `TickDataError` with code `invalidRow` if it is not JSON or a level is not a pair of decimals.
  public init(decoding data: Data) throws {
    let decoder = JSONDecoder()
    let wire: Wire
    do {
      let envelope = try? decoder.decode(Envelope.self, from: data)  // Absent on single streams.
      wire = try envelope?.data ?? decoder.decode(Wire.self, from: data)
    } catch {
      throw TickDataError(.invalidRow, "a Binance message cannot be read: \(error)")
    }
    if let last = wire.lastUpdateId, let bids = wire.bids, let asks = wire.asks {
      let levels = BookLevels(bids: try Self.levels(bids), asks: try Self.levels(asks))
      self = .snapshot(DepthSnapshot(lastUpdate: last, levels: levels))
    } else if let first = wire.U, let last = wire.u, case .levels(let bids)? = wire.b, case .levels(let asks)? = wire.a
    {
      let levels = BookLevels(bids: try Self.levels(bids), asks: try Self.levels(asks))
      self = .update(
        DepthUpdate(firstUpdate: first, lastUpdate: last, previousUpdate: wire.pu, levels: levels))
    } else if let update = wire.u, case .price(let bid)? = wire.b, case .price(let ask)? = wire.a, let bidSize = wire.B,
      let askSize = wire.A
    {
      self = .best(update: update, bid: try Self.level([bid, bidSize]), ask: try Self.level([ask, askSize]))
    } else {
      self = .other
    }
  }

  private static func levels(_ pairs: [[String]]) throws -> [BookLevel] { try pairs.map(level) }

  private static func level(_ pair: [String]) throws -> BookLevel {
    guard pair.count >= 2, let price = DecimalText.scaled(pair[0], digits: 8),
      let size = DecimalText.scaled(pair[1], digits: 8)
    else { throw TickDataError(.invalidRow, "\(pair) is no level of a price and a size with at most 8 decimals") }
    return BookLevel(price: price, size: size)
  }
}
