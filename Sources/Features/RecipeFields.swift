import Foundation
import TickData

/// One object of a recipe in JSON, read field by field.
///
/// What fails is a ``FeatureError`` that names the place, as in `columns[2].expression`, what stands there and what is allowed.
struct RecipeFields<Key: CodingKey & CaseIterable> {
  private let decoder: any Decoder
  private let values: KeyedDecodingContainer<Key>

  /// Opens the object.
  ///
  /// - Throws: ``FeatureError`` with code `invalidFormat` if it is none.
  init(_ decoder: any Decoder, needed type: Any.Type = [String: Any].self) throws(FeatureError) {
    self.decoder = decoder
    do {
      values = try decoder.container(keyedBy: Key.self)
    } catch {
      throw FeatureError(error, in: decoder, type)
    }
  }

  /// The object's place, in words.
  var place: String { FeatureError.place(decoder.codingPath) }

  /// The allowed keys that are there, in their order.
  var keys: [Key] { Key.allCases.filter { values.contains($0) } }

  /// Refuses keys that mean nothing here.
  ///
  /// - Throws: ``FeatureError`` with code `unknownName`, the key, the nearest one and all that are allowed.
  func refuseKeys(otherThan allowed: [Key] = Array(Key.allCases)) throws(FeatureError) {
    let names = allowed.map(\.stringValue)
    let all: [String]
    do {
      all = try decoder.container(keyedBy: AnyKey.self).allKeys.map(\.stringValue).sorted()
    } catch {
      throw FeatureError(error, in: decoder, [String: Any].self)
    }
    guard let other = all.first(where: { !names.contains($0) }) else { return }
    throw FeatureError(
      .unknownName,
      "\(place) has an unknown key '\(other)'\(suggestion(for: other, among: names)); allowed are "
        + names.joined(separator: ", "))
  }

  /// Refuses another version, then keys that mean nothing in this one.
  ///
  /// - Throws: ``FeatureError``: `stateMismatch` for another version, `unknownName` for a key, `invalidFormat` without a version.
  func checkVersion(_ key: Key, _ version: Int) throws(FeatureError) {
    let given: Int? = try optional(key)
    guard given == nil || given == version else {
      throw FeatureError(
        .stateMismatch, "\(place) has version \(given ?? 0); this library reads \(version)")
    }
    try refuseKeys()
    let _: Int = try value(key)
  }

  /// The key of an object that must have one of several.
  ///
  /// - Throws: ``FeatureError``: `unknownName` for another key, `invalidFormat` for none or more than one.
  func onlyKey() throws(FeatureError) -> Key {
    try refuseKeys()
    guard keys.count == 1 else {
      let given = keys.isEmpty ? "no key" : keys.map(\.stringValue).joined(separator: " and ")
      throw FeatureError(
        .invalidFormat,
        "\(place) has \(given); exactly one of \(Key.allCases.map(\.stringValue).joined(separator: ", ")) is needed")
    }
    return keys[0]
  }

  /// The value of a key that must be there.
  ///
  /// - Throws: ``FeatureError``: `invalidFormat` if it is absent or of another type, and what the value's own checks throw.
  func value<Value: Decodable>(_ key: Key, as type: Value.Type = Value.self) throws(FeatureError) -> Value {
    guard values.contains(key) else {
      throw FeatureError(
        .invalidFormat, "\(place) has no '\(key.stringValue)'; \(FeatureError.needed(type)) is needed there")
    }
    do {
      return try values.decode(type, forKey: key)
    } catch {
      throw FeatureError(error, in: decoder, key: key, type)
    }
  }

  /// The value of a key, or nil where it is absent or null.
  ///
  /// - Throws: As ``value(_:as:)``.
  func optional<Value: Decodable>(_ key: Key, as type: Value.Type = Value.self) throws(FeatureError) -> Value? {
    // What cannot be asked is not null; reading it tells why.
    guard values.contains(key), (try? values.decodeNil(forKey: key)) != true else { return nil }
    return try value(key, as: type)
  }

  /// The case that a text names, or nil where the key is absent or null.
  ///
  /// - Throws: ``FeatureError``: `invalidFormat` for no text, `unknownName` with all that are allowed for another one.
  func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: Key, of type: Choice.Type = Choice.self
  ) throws(FeatureError) -> Choice? where Choice.RawValue == String {
    guard let text = try optional(key, as: String.self) else { return nil }
    if let found = Choice(rawValue: text) { return found }
    let names = Choice.allCases.map(\.rawValue)
    throw FeatureError(
      .unknownName,
      "\(FeatureError.place(decoder.codingPath + [key])) is '\(text)'\(suggestion(for: text, among: names)); allowed are "
        + names.map { "'\($0)'" }.joined(separator: ", "))
  }

  /// The object of a key that must be there.
  ///
  /// - Throws: ``FeatureError`` with code `invalidFormat` if it is absent or no object.
  func object<Other: CodingKey & CaseIterable>(
    _ key: Key, keys: Other.Type = Other.self
  ) throws(FeatureError) -> RecipeFields<Other> {
    let inner: any Decoder
    do {
      inner = try values.superDecoder(forKey: key)
    } catch {
      throw FeatureError(error, in: decoder, [String: Any].self)
    }
    return try RecipeFields<Other>(inner)
  }
}

/// Any key at all.
private struct AnyKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }
  init(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}

extension FeatureError {
  /// Reads a recipe from JSON; whatever is wrong with it is a ``FeatureError``.
  static func recipe<Recipe: Decodable>(_ type: Recipe.Type, json data: Data) throws(FeatureError) -> Recipe {
    do {
      return try JSONDecoder().decode(type, from: data)
    } catch let error as FeatureError {
      throw error
    } catch {
      throw FeatureError(.invalidFormat, "the recipe is not JSON: \(reason(data) ?? "\(error)")")
    }
  }

  /// What is wrong with text that is not JSON, and where.
  ///
  /// Decoders do not tell; a serializer names a line or counts bytes from the start.
  private static func reason(_ data: Data) -> String? {
    guard !data.isEmpty else { return "it is empty" }
    do {
      _ = try JSONSerialization.jsonObject(with: data, options: .fragmentsAllowed)
      return nil
    } catch {
      guard let text = (error as NSError).userInfo["NSDebugDescription"] as? String else { return nil }
      guard let word = text.range(of: "character "),
        let offset = Int(text[word.upperBound...].prefix { $0.isNumber }), offset <= data.count
      else { return text }
      let lines = data.prefix(offset).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      return "\(text[..<word.upperBound])\(offset): line \(lines.count), column \((lines.last?.count ?? 0) + 1)"
    }
  }

  /// Tells of the place of what a check of a value throws.
  static func placed<Result>(
    _ decoder: any Decoder, _ body: () throws(FeatureError) -> Result
  ) throws(FeatureError) -> Result {
    do {
      return try body()
    } catch {
      throw error.at(decoder.codingPath)
    }
  }

  /// The same error, told of its place in the JSON.
  private func at(_ path: [any CodingKey]) -> FeatureError {
    path.isEmpty ? self : FeatureError(code, "\(Self.place(path)): \(message)")
  }

  /// What a decoder threw, in words.
  ///
  /// - Parameters:
  ///   - key: The key whose value was read as a type, or nil for the decoder's own.
  fileprivate init(_ error: any Error, in decoder: any Decoder, key: (any CodingKey)? = nil, _ type: Any.Type) {
    let path = decoder.codingPath + (key.map { [$0] } ?? [])
    switch error {
    case let error as FeatureError: self = error
    case let error as TickDataError: self = FeatureError(.invalidOption, error.message).at(path)
    case DecodingError.keyNotFound(let key, let context):
      self.init(.invalidFormat, "\(Self.place(context.codingPath)) has no '\(key.stringValue)'")
    case DecodingError.typeMismatch(let own, let context), DecodingError.valueNotFound(let own, let context):
      let needed = Self.needed(context.codingPath.count > path.count ? own : type)
      let given = Self.given(context.codingPath, in: decoder) ?? "of another type"
      self.init(.invalidFormat, "\(Self.place(context.codingPath)) is \(given); \(needed) is needed")
    default:
      // A number that the type cannot hold; such an error tells no place.
      let given = Self.given(path, in: decoder) ?? "a number out of range"
      self.init(
        .invalidFormat, "\(Self.place(path)) is \(given) that does not fit; \(Self.needed(type)) is needed")
    }
  }

  /// A place in the JSON, such as 'columns[2].expression'.
  fileprivate static func place(_ path: [any CodingKey]) -> String {
    if path.isEmpty { return "the recipe" }
    let text = path.reduce("") { text, key in
      if let index = key.intValue { return "\(text)[\(index)]" }
      return text.isEmpty ? key.stringValue : "\(text).\(key.stringValue)"
    }
    return "'\(text)'"
  }

  /// What a type is called.
  fileprivate static func needed(_ type: Any.Type) -> String {
    switch type {
    case is String.Type: "a text"
    case is Double.Type: "a number"
    case is any FixedWidthInteger.Type: "a whole number"
    case is Bool.Type: "true or false"
    case is IndicatorExpression.Type: "a text (or a tree of objects)"
    case let list as any ListType.Type: "a list of \(list.content)"
    case is [Any].Type: "a list"
    default: "an object"
    }
  }

  /// What stands at a place, or nil.
  private static func given(_ path: [any CodingKey], in decoder: any Decoder) -> String? {
    // Each try? asks whether the value is of a kind: that it is not is the answer, and the error to tell is another one.
    guard let inner = try? descend(path.dropFirst(decoder.codingPath.count), in: decoder) else { return nil }
    if let value = try? inner.singleValueContainer() {
      if value.decodeNil() { return "null" }
      if let flag = try? value.decode(Bool.self) { return "\(flag)" }
      if (try? value.decode(String.self)) != nil { return "a text" }
      if (try? value.decode(Double.self)) != nil { return "a number" }
    }
    if (try? inner.unkeyedContainer()) != nil { return "a list" }
    return (try? inner.container(keyedBy: AnyKey.self)) == nil ? nil : "an object"
  }

  private static func descend(_ path: ArraySlice<any CodingKey>, in decoder: any Decoder) throws -> any Decoder {
    guard let key = path.first else { return decoder }
    guard let index = key.intValue else {
      let values = try decoder.container(keyedBy: AnyKey.self)
      return try descend(path.dropFirst(), in: values.superDecoder(forKey: AnyKey(stringValue: key.stringValue)))
    }
    var list = try decoder.unkeyedContainer()
    for _ in 0..<index { _ = try list.superDecoder() }
    return try descend(path.dropFirst(), in: list.superDecoder())
  }
}

/// A list whose elements have a name.
private protocol ListType {
  static var content: String { get }
}

extension Array: ListType {
  static var content: String {
    switch Element.self {
    case is String.Type: "texts"
    case is Double.Type: "numbers"
    case is any FixedWidthInteger.Type: "whole numbers"
    case is IndicatorExpression.Type: "texts (or trees of objects)"
    default: "objects"
    }
  }
}
