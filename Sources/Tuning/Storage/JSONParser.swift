import Foundation

/// Reads JSON, and the `NaN` and `Infinity` that Python writes.
package struct JSONParser {
  /// Why a text is not JSON.
  package struct Failure: Error { let place: Int }

  private let bytes: [UInt8]
  private var place = 0

  /// Reads one value and nothing after it.
  package static func parse(_ bytes: some Sequence<UInt8>) throws(Failure) -> JSONValue {
    var parser = JSONParser(bytes: Array(bytes))
    let value = try parser.value(depth: 0)
    parser.skipSpace()
    guard parser.place == parser.bytes.count else { throw Failure(place: parser.place) }
    return value
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private mutating func value(depth: Int) throws(Failure) -> JSONValue {
    skipSpace()
    guard place < bytes.count, depth < 100 else { throw Failure(place: place) }
    switch bytes[place] {
    case UInt8(ascii: "{"): return try object(depth)
    case UInt8(ascii: "["): return try list(depth)
    case UInt8(ascii: "\""): return .text(try text())
    default:
      if take("true") { return .flag(true) }
      if take("false") { return .flag(false) }
      if take("null") { return .null }
      if take("NaN") { return .real(.nan) }
      if take("Infinity") { return .real(.infinity) }
      if take("-Infinity") { return .real(-.infinity) }
      return try number()
    }
  }

  private mutating func object(_ depth: Int) throws(Failure) -> JSONValue {
    place += 1
    var members: [JSONValue.Member] = []
    skipSpace()
    if take("}") { return .object(members) }
    repeat {
      skipSpace()
      let key = try text()
      skipSpace()
      guard take(":") else { throw Failure(place: place) }
      members.append(JSONValue.Member(key: key, value: try value(depth: depth + 1)))
      skipSpace()
    } while take(",")
    guard take("}") else { throw Failure(place: place) }
    return .object(members)
  }

  private mutating func list(_ depth: Int) throws(Failure) -> JSONValue {
    place += 1
    var items: [JSONValue] = []
    skipSpace()
    if take("]") { return .list(items) }
    repeat {
      items.append(try value(depth: depth + 1))
      skipSpace()
    } while take(",")
    guard take("]") else { throw Failure(place: place) }
    return .list(items)
  }

  private mutating func number() throws(Failure) -> JSONValue {
    let start = place
    let allowed = Set("+-0123456789.eE".utf8)
    while place < bytes.count, allowed.contains(bytes[place]) { place += 1 }
    let digits = String(decoding: bytes[start..<place], as: UTF8.self)
    if let whole = Int(digits) { return .whole(whole) }
    guard let real = Double(digits) else { throw Failure(place: start) }
    return .real(real)
  }

  private mutating func text() throws(Failure) -> String {
    guard take("\"") else { throw Failure(place: place) }
    var units: [UInt8] = []
    while place < bytes.count, bytes[place] != UInt8(ascii: "\"") {
      if bytes[place] == UInt8(ascii: "\\") {
        place += 1
        units.append(contentsOf: String(try escaped()).utf8)
      } else {
        units.append(bytes[place])
        place += 1
      }
    }
    guard take("\"") else { throw Failure(place: place) }
    return String(decoding: units, as: UTF8.self)
  }

  private mutating func escaped() throws(Failure) -> Character {
    let plain: [(String, Character)] = [
      ("\"", "\""), ("\\", "\\"), ("/", "/"), ("n", "\n"), ("t", "\t"), ("r", "\r"), ("b", "\u{8}"), ("f", "\u{c}"),
    ]
    for (mark, meaning) in plain where take(mark) { return meaning }
    guard take("u") else { throw Failure(place: place) }
    var code = try hexadecimal()
    if (0xD800..<0xDC00).contains(code) {
      guard take("\\u") else { throw Failure(place: place) }
      let low = try hexadecimal()
      guard (0xDC00..<0xE000).contains(low) else { throw Failure(place: place) }
      code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
    }
    guard let scalar = Unicode.Scalar(code) else { throw Failure(place: place) }
    return Character(scalar)
  }

  private mutating func hexadecimal() throws(Failure) -> UInt32 {
    guard place + 4 <= bytes.count,
      let code = UInt32(String(decoding: bytes[place..<place + 4], as: UTF8.self), radix: 16)
    else { throw Failure(place: place) }
    place += 4
    return code
  }

  private mutating func take(_ word: String) -> Bool {
    let wanted = word.utf8
    guard place + wanted.count <= bytes.count, bytes[place..<place + wanted.count].elementsEqual(wanted) else {
      return false
    }
    place += wanted.count
    return true
  }

  private mutating func skipSpace() {
    while place < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[place]) { place += 1 }
  }
}
