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

  /// Reads a message, with or without the envelope `{"stream": …, "data": …}` of combined streams.
  ///
  /// - Throws: `TickDataError` with code `invalidRow` if it is not JSON, or a change, snapshot or quote lacks a field, or a
  ///   level is not a pair of decimals.
  public init(decoding data: Data) throws {
    do {
      self = try JSONDecoder().decode(Wire.self, from: data).message
    } catch let error as TickDataError {
      throw error
    } catch {
      throw TickDataError(.invalidRow, "a Binance message cannot be read: \(error)")
    }
  }

  /// The JSON object; the same key holds lists, prices or numbers in messages of different kinds.
  private struct Wire: Decodable {
    let message: BinanceMessage

    private enum CodingKeys: String, CodingKey {
      case data
      case lastUpdateId
      case bids
      case asks
      case U
      case u
      case pu
      case b
      case a
      case B
      case A
    }

    init(from decoder: any Decoder) throws {
      let outer = try decoder.container(keyedBy: CodingKeys.self)
      let values = outer.contains(.data) ? try outer.nestedContainer(keyedBy: CodingKeys.self, forKey: .data) : outer
      func levels(_ bids: CodingKeys, _ asks: CodingKeys) throws -> BookLevels {
        BookLevels(
          bids: try values.decode([[String]].self, forKey: bids).map(Self.level),
          asks: try values.decode([[String]].self, forKey: asks).map(Self.level))
      }
      func best(_ price: CodingKeys, _ size: CodingKeys) throws -> BookLevel {
        try Self.level([values.decode(String.self, forKey: price), values.decode(String.self, forKey: size)])
      }
      if values.contains(.lastUpdateId) {
        message = .snapshot(
          DepthSnapshot(
            lastUpdate: try values.decode(Int64.self, forKey: .lastUpdateId), levels: try levels(.bids, .asks)))
      } else if values.contains(.U) {
        message = .update(
          DepthUpdate(
            firstUpdate: try values.decode(Int64.self, forKey: .U),
            lastUpdate: try values.decode(Int64.self, forKey: .u),
            previousUpdate: try values.decodeIfPresent(Int64.self, forKey: .pu), levels: try levels(.b, .a)))
      } else if values.contains(.u), values.contains(.B) {
        message = .best(
          update: try values.decode(Int64.self, forKey: .u), bid: try best(.b, .B), ask: try best(.a, .A))
      } else {
        message = .other
      }
    }

    private static func level(_ pair: [String]) throws -> BookLevel {
      guard pair.count >= 2, let price = DecimalText.scaled(pair[0], digits: 8),
        let size = DecimalText.scaled(pair[1], digits: 8)
      else {
        throw TickDataError(.invalidRow, "\(pair) is no level of a price and a size with at most 8 decimals")
      }
      return BookLevel(price: price, size: size)
    }
  }
}
