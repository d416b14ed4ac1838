import Foundation

/// The schemas of types, found out by reading them from a decoder that notes what is asked for.
///
/// So the document says what the types are: a field that is added is in it.
struct SchemaBook {
  /// Schemas by the type's name.
  private(set) var components: [String: JSONSchema] = [:]
  private var open: Set<String> = []

  /// The schema of a type; a reference for one with fields.
  mutating func schema(of type: any Decodable.Type) -> JSONSchema {
    if let described = type as? any SchemaDescribed.Type { return described.schema(&self) }
    if let plain = Self.plain(type) { return plain }
    if let list = type as? any ListSchema.Type { return .array(schema(of: list.element)) }
    if let table = type as? any TableSchema.Type {
      return .object(fields: [:], required: [], others: schema(of: table.value), isClosed: false)
    }
    if let optional = type as? any OptionalSchema.Type {
      return .anyOf([schema(of: optional.wrapped), .plain("null")])
    }
    if let choice = type as? any ChoiceSchema.Type { return .choice(choice.names) }
    let name = Self.name(type)
    guard components[name] == nil, open.insert(name).inserted else { return .reference(name) }
    let recorder = FieldRecorder()
    do {
      _ = try type.init(from: recorder)
    } catch {
      preconditionFailure("the schema of \(type) cannot be found out: \(error)")
    }
    let noted = type as? any SchemaNoted.Type
    var fields: [String: JSONSchema] = [:]
    for (field, type) in recorder.log.fields {
      let own = schema(of: type)
      let full = recorder.log.optional.contains(field) ? Self.nullable(own) : own
      fields[field] = noted?.notes[field].map { Self.merge(full, $0) } ?? full
    }
    components[name] = .object(
      fields: fields, required: fields.keys.filter { !recorder.log.optional.contains($0) }, others: nil,
      isClosed: noted?.isClosed ?? false)
    return .reference(name)
  }

  private static func nullable(_ schema: JSONSchema) -> JSONSchema {
    if case .anyOf(let all) = schema { return .anyOf(all.contains(.plain("null")) ? all : all + [.plain("null")]) }
    return .anyOf([schema, .plain("null")])
  }

  private static func merge(_ schema: JSONSchema, _ facets: JSONSchema.Facets) -> JSONSchema {
    switch schema {
    case .plain(let type, _): .plain(type, facets)
    case .array(let element, _): .array(element, facets)
    case .object(let fields, let required, let others, let isClosed, _):
      .object(fields: fields, required: required, others: others, isClosed: isClosed, facets)
    case .anyOf(let all): .anyOf(all.enumerated().map { $0.offset == 0 ? merge($0.element, facets) : $0.element })
    case .choice, .reference, .any: schema
    }
  }

  private static func name(_ type: any Decodable.Type) -> String {
    // Of nested types the last two names tell them apart.
    String(reflecting: type).split(separator: ".").dropFirst().joined(separator: ".")
      .replacingOccurrences(of: "PredictionResponse.", with: "")
  }

  private static func plain(_ type: any Decodable.Type) -> JSONSchema? {
    switch type {
    case is String.Type: .plain("string")
    case is Bool.Type: .plain("boolean")
    case is Double.Type, is Float.Type: .plain("number")
    case is Int.Type, is Int64.Type, is Int32.Type, is UInt64.Type: .plain("integer")
    default: nil
    }
  }
}

private protocol ListSchema { static var element: any Decodable.Type { get } }
extension Array: ListSchema where Element: Decodable {
  fileprivate static var element: any Decodable.Type { Element.self }
}

private protocol TableSchema { static var value: any Decodable.Type { get } }
extension Dictionary: TableSchema where Key == String, Value: Decodable {
  fileprivate static var value: any Decodable.Type { Value.self }
}

private protocol OptionalSchema { static var wrapped: any Decodable.Type { get } }
extension Optional: OptionalSchema where Wrapped: Decodable {
  fileprivate static var wrapped: any Decodable.Type { Wrapped.self }
}

/// An enumeration of texts; conforming is enough.
protocol ChoiceSchema: Decodable { static var names: [String] { get } }
extension ChoiceSchema where Self: CaseIterable & RawRepresentable, RawValue == String {
  static var names: [String] { allCases.map(\.rawValue) }
}

// MARK: - The decoder that notes

/// Notes which fields a type asks for, of which types, and gives it values to go on with.
private final class FieldRecorder: Decoder {
  final class Log {
    var fields: [(String, any Decodable.Type)] = []
    var optional: Set<String> = []
  }

  let log = Log()
  let codingPath: [any CodingKey] = []
  let userInfo: [CodingUserInfoKey: Any] = [:]

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
    KeyedDecodingContainer(Fields<Key>(log: log))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw Unknown(what: "a list without a type") }
  func singleValueContainer() throws -> any SingleValueDecodingContainer { throw Unknown(what: "a single value") }

  struct Unknown: Error { let what: String }

  /// Some value of a type, to go on with.
  static func sample<Value: Decodable>(_ type: Value.Type) throws -> Value {
    let plain: Any? =
      switch type {
      case is String.Type: ""
      case is Bool.Type: false
      case is Double.Type: 0.0
      case is Float.Type: Float(0)
      case is Int.Type: 0
      case is Int64.Type: Int64(0)
      case is Int32.Type: Int32(0)
      case is UInt64.Type: UInt64(0)
      default: nil
      }
    // The cases above say which type it is.
    if let plain { return plain as! Value }
    if type is any ListSchema.Type { return try JSONDecoder().decode(type, from: Data("[]".utf8)) }
    if type is any TableSchema.Type { return try JSONDecoder().decode(type, from: Data("{}".utf8)) }
    if type is any OptionalSchema.Type { return try JSONDecoder().decode(type, from: Data("null".utf8)) }
    if let choice = type as? any ChoiceSchema.Type {
      return try JSONDecoder().decode(type, from: JSONEncoder().encode(choice.names[0]))
    }
    // A sample is of its own type.
    if let sampled = type as? any SchemaSampled.Type { return sampled.sample as! Value }
    return try type.init(from: FieldRecorder())
  }

  private struct Fields<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let log: Log
    let codingPath: [any CodingKey] = []
    let allKeys: [Key] = []

    func contains(_ key: Key) -> Bool { true }
    func decodeNil(forKey key: Key) -> Bool { false }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
      log.fields.append((key.stringValue, type))
      if type is any OptionalSchema.Type { log.optional.insert(key.stringValue) }
      return try sample(type)
    }

    func decodeIfPresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) -> Value? { noted(type, key) }

    // The container's own ways for plain types would ask whether there is a value first.
    func decodeIfPresent(_ type: Bool.Type, forKey key: Key) -> Bool? { noted(type, key) }
    func decodeIfPresent(_ type: String.Type, forKey key: Key) -> String? { noted(type, key) }
    func decodeIfPresent(_ type: Double.Type, forKey key: Key) -> Double? { noted(type, key) }
    func decodeIfPresent(_ type: Int.Type, forKey key: Key) -> Int? { noted(type, key) }
    func decodeIfPresent(_ type: Int64.Type, forKey key: Key) -> Int64? { noted(type, key) }

    private func noted<Value: Decodable>(_ type: Value.Type, _ key: Key) -> Value? {
      log.fields.append((key.stringValue, type))
      log.optional.insert(key.stringValue)
      return nil
    }

    func nestedContainer<Nested: CodingKey>(
      keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> { throw Unknown(what: "a nested object") }
    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
      throw Unknown(what: "a nested list")
    }
    func superDecoder() throws -> any Decoder { throw Unknown(what: "a super class") }
    func superDecoder(forKey key: Key) throws -> any Decoder { throw Unknown(what: "a super class") }
  }
}

/// A type that says its own schema and gives a value for types that hold it.
protocol SchemaSampled: SchemaDescribed {
  static var sample: Self { get }
}
