/// A number kept for the next input, NaN where there is none; in saved form that is null, for JSON has no NaN.
struct Held: Sendable, Codable {
  var value = Double.nan

  init() {}

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    value = container.decodeNil() ? .nan : try container.decode(Double.self)
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if value.isNumber { try container.encode(value) } else { try container.encodeNil() }
  }
}
