import Foundation

/// A JSON schema (2020-12), as OpenAPI 3.1 uses it.
indirect enum JSONSchema: Sendable, Hashable, Encodable {
  /// `string`, `integer`, `number`, `boolean` or `null`, with what else is said of it.
  case plain(String, Facets = Facets())
  /// One of several texts.
  case choice([String])
  case array(JSONSchema, Facets = Facets())
  /// An object with fields of its own, and others only if `others` says of which kind.
  case object(fields: [String: JSONSchema], required: [String], others: JSONSchema?, isClosed: Bool, Facets = Facets())
  case anyOf([JSONSchema])
  case reference(String)
  /// Any value.
  case any

  /// What a schema says besides the type.
  struct Facets: Sendable, Hashable {
    var description: String?
    var minimum: Double?
    var maximum: Double?
    var minLength: Int?
    var maxLength: Int?
    var minItems: Int?
    var maxItems: Int?
    var pattern: String?
  }

  /// The schema with a description.
  func described(_ text: String) -> JSONSchema {
    switch self {
    case .plain(let type, var facets):
      facets.description = text
      return .plain(type, facets)
    case .array(let element, var facets):
      facets.description = text
      return .array(element, facets)
    case .object(let fields, let required, let others, let isClosed, var facets):
      facets.description = text
      return .object(fields: fields, required: required, others: others, isClosed: isClosed, facets)
    case .choice, .anyOf, .reference, .any: return self
    }
  }

  private struct Key: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(_ text: String) { stringValue = text }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    switch self {
    case .plain(let type, let facets):
      try container.encode(type, forKey: Key("type"))
      try write(facets, &container)
    case .choice(let values):
      try container.encode("string", forKey: Key("type"))
      try container.encode(values, forKey: Key("enum"))
    case .array(let element, let facets):
      try container.encode("array", forKey: Key("type"))
      try container.encode(element, forKey: Key("items"))
      try write(facets, &container)
    case .object(let fields, let required, let others, let isClosed, let facets):
      try container.encode("object", forKey: Key("type"))
      if !fields.isEmpty { try container.encode(fields, forKey: Key("properties")) }
      if !required.isEmpty { try container.encode(required.sorted(), forKey: Key("required")) }
      if let others {
        try container.encode(others, forKey: Key("additionalProperties"))
      } else if isClosed {
        try container.encode(false, forKey: Key("additionalProperties"))
      }
      try write(facets, &container)
    case .anyOf(let schemas): try container.encode(schemas, forKey: Key("anyOf"))
    case .reference(let name): try container.encode("#/components/schemas/\(name)", forKey: Key("$ref"))
    case .any: break
    }
  }

  private func write(_ facets: Facets, _ container: inout KeyedEncodingContainer<Key>) throws {
    try container.encodeIfPresent(facets.description, forKey: Key("description"))
    try container.encodeIfPresent(facets.minimum, forKey: Key("minimum"))
    try container.encodeIfPresent(facets.maximum, forKey: Key("maximum"))
    try container.encodeIfPresent(facets.minLength, forKey: Key("minLength"))
    try container.encodeIfPresent(facets.maxLength, forKey: Key("maxLength"))
    try container.encodeIfPresent(facets.minItems, forKey: Key("minItems"))
    try container.encodeIfPresent(facets.maxItems, forKey: Key("maxItems"))
    try container.encodeIfPresent(facets.pattern, forKey: Key("pattern"))
  }
}

/// A type that says its own schema, since its reading cannot tell it.
protocol SchemaDescribed {
  static func schema(_ book: inout SchemaBook) -> JSONSchema
}

/// A type whose fields have notes for the document.
protocol SchemaNoted {
  /// Notes by the field's name in JSON.
  static var notes: [String: JSONSchema.Facets] { get }
  /// Whether other fields are refused.
  static var isClosed: Bool { get }
}

extension SchemaNoted {
  static var isClosed: Bool { false }
}
