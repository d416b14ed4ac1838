import Boosting
import Foundation

/// Options of boosting as they stand in a manifest: those that a manifest does not hold, because they are newer than it, keep their defaults.
struct StoredOptions: Sendable, Hashable, Codable {
  let options: BoostingOptions

  init(_ options: BoostingOptions) {
    var kept = options
    // Threads never change a model, and belong to the machine.
    kept.numThreads = 0
    self.options = kept
  }

  func encode(to encoder: any Encoder) throws { try options.encode(to: encoder) }

  init(from decoder: any Decoder) throws {
    let (reader, writer) = (JSONDecoder(), JSONEncoder())
    reader.nonConformingFloatDecodingStrategy = nonFiniteNumbers.decoding
    writer.nonConformingFloatEncodingStrategy = nonFiniteNumbers.encoding
    var fields = try reader.decode([String: JSONField].self, from: writer.encode(BoostingOptions()))
    fields.merge(try [String: JSONField](from: decoder)) { $1 }
    options = try reader.decode(BoostingOptions.self, from: writer.encode(fields))
  }
}

/// Any value of JSON.
private enum JSONField: Codable {
  case null
  case bool(Bool)
  case whole(UInt64)
  case number(Double)
  case text(String)
  case list([JSONField])
  case object([String: JSONField])

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if value.decodeNil() {
      self = .null
    } else if let found = try? value.decode(Bool.self) {  // Not that type: the next is tried.
      self = .bool(found)
    } else if let found = try? value.decode(UInt64.self) {  // As above; seeds are larger than a double holds.
      self = .whole(found)
    } else if let found = try? value.decode(Double.self) {  // As above.
      self = .number(found)
    } else if let found = try? value.decode(String.self) {  // As above.
      self = .text(found)
    } else if let found = try? value.decode([JSONField].self) {  // As above.
      self = .list(found)
    } else {
      self = .object(try value.decode([String: JSONField].self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    switch self {
    case .null: try value.encodeNil()
    case .bool(let own): try value.encode(own)
    case .whole(let own): try value.encode(own)
    case .number(let own): try value.encode(own)
    case .text(let own): try value.encode(own)
    case .list(let own): try value.encode(own)
    case .object(let own): try value.encode(own)
    }
  }
}
