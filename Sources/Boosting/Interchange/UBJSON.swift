import Foundation

/// Universal Binary JSON (draft 12), the binary form of XGBoost's models: numbers are big-endian.
///
/// Source: the format's specification; objects and arrays may name one type and a count in front (`$`, `#`).
enum UBJSON {
  /// Reads one value: dictionaries, arrays, strings, numbers, truth values and null, as `JSONSerialization` gives them.
  ///
  /// - Throws: ``BoostingError`` with code `corruptModel` for damaged data, nesting deeper than 64 included.
  static func value(of data: Data) throws(BoostingError) -> Any {
    var reader = Reader(bytes: [UInt8](data))
    let value = try reader.value(type: try reader.byte(), depth: 0)
    guard reader.place == reader.bytes.count else {
      throw BoostingError(
        .corruptModel, "\(reader.bytes.count - reader.place) bytes follow the end of the UBJSON model")
    }
    return value
  }

  /// Writes a value; arrays under the keys in `typed` are written as arrays of one type, as XGBoost wants them.
  static func data(_ value: Any, typed: [String: UInt8]) -> Data {
    var data = Data()
    append(value, nil, typed, &data)
    return data
  }

  // MARK: - Writing

  private static func append(_ value: Any, _ key: String?, _ typed: [String: UInt8], _ data: inout Data) {
    switch value {
    case let object as [String: Any]:
      data.append(UInt8(ascii: "{"))
      for name in object.keys.sorted() {
        append(length: name.utf8.count, &data)
        data.append(contentsOf: name.utf8)
        append(object[name]!, name, typed, &data)
      }
      data.append(UInt8(ascii: "}"))
    case let list as [Any]:
      data.append(UInt8(ascii: "["))
      if let key, let type = typed[key], let numbers = list as? [NSNumber] {
        data.append(contentsOf: [UInt8(ascii: "$"), type, UInt8(ascii: "#")])
        append(length: numbers.count, &data)
        for number in numbers { append(number, as: type, &data) }
      } else {
        for item in list { append(item, nil, typed, &data) }
        data.append(UInt8(ascii: "]"))
      }
    case let text as String:
      data.append(UInt8(ascii: "S"))
      append(length: text.utf8.count, &data)
      data.append(contentsOf: text.utf8)
    case let number as NSNumber:
      let isWhole = number.doubleValue == number.doubleValue.rounded() && abs(number.doubleValue) < 0x1p53
      let type = isWhole ? UInt8(ascii: "L") : UInt8(ascii: "d")
      data.append(type)
      append(number, as: type, &data)
    default: data.append(UInt8(ascii: "Z"))
    }
  }

  private static func append(length: Int, _ data: inout Data) {
    data.append(UInt8(ascii: "L"))
    append(NSNumber(value: length), as: UInt8(ascii: "L"), &data)
  }

  private static func append(_ number: NSNumber, as type: UInt8, _ data: inout Data) {
    func bytes(_ value: some FixedWidthInteger) { withUnsafeBytes(of: value.bigEndian) { data.append(contentsOf: $0) } }
    switch Character(UnicodeScalar(type)) {
    case "d": bytes(number.floatValue.bitPattern)
    case "l": bytes(number.int32Value)
    case "L": bytes(number.int64Value)
    default: bytes(number.uint8Value)
    }
  }

  // MARK: - Reading

  private struct Reader {
    let bytes: [UInt8]
    var place = 0

    func damaged(_ what: String) -> BoostingError {
      BoostingError(.corruptModel, "the UBJSON model is damaged at byte \(place): \(what)")
    }

    mutating func byte() throws(BoostingError) -> UInt8 {
      guard place < bytes.count else { throw damaged("it ends too early") }
      place += 1
      return bytes[place - 1]
    }

    mutating func number<Value: FixedWidthInteger>(_: Value.Type) throws(BoostingError) -> Value {
      let size = MemoryLayout<Value>.size
      guard bytes.count - place >= size else { throw damaged("it ends too early") }
      let value = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: place, as: Value.self) }
      place += size
      return Value(bigEndian: value)
    }

    mutating func whole(type: UInt8) throws(BoostingError) -> Int? {
      switch Character(UnicodeScalar(type)) {
      case "i": Int(try number(Int8.self))
      case "U": Int(try number(UInt8.self))
      case "I": Int(try number(Int16.self))
      case "l": Int(try number(Int32.self))
      case "L": Int(try number(Int64.self))
      default: nil
      }
    }

    /// A length, which never exceeds the bytes that are left.
    mutating func length() throws(BoostingError) -> Int {
      guard let length = try whole(type: try byte()), length >= 0, length <= bytes.count - place else {
        throw damaged("a length is missing or too large")
      }
      return length
    }

    mutating func text() throws(BoostingError) -> String {
      let length = try length()
      guard let text = String(validating: bytes[place..<place + length], as: UTF8.self) else {
        throw damaged("a text is not UTF-8")
      }
      place += length
      return text
    }

    mutating func value(type: UInt8, depth: Int) throws(BoostingError) -> Any {
      guard depth < 64 else { throw damaged("it is nested too deeply") }
      if let whole = try whole(type: type) { return NSNumber(value: whole) }
      switch Character(UnicodeScalar(type)) {
      case "d": return NSNumber(value: Float(bitPattern: try number(UInt32.self)))
      case "D": return NSNumber(value: Double(bitPattern: try number(UInt64.self)))
      case "T": return NSNumber(value: true)
      case "F": return NSNumber(value: false)
      case "Z": return NSNull()
      case "C": return String(decoding: [try byte()], as: UTF8.self)
      case "S", "H": return try text()
      case "[": return try array(depth: depth)
      case "{": return try object(depth: depth)
      default: throw damaged("there is no type \(type)")
      }
    }

    /// The type and count in front of an array or object, where they are named.
    private mutating func header() throws(BoostingError) -> (type: UInt8?, count: Int?) {
      var type: UInt8?
      if place < bytes.count, bytes[place] == UInt8(ascii: "$") {
        place += 1
        type = try byte()
      }
      guard place < bytes.count, bytes[place] == UInt8(ascii: "#") else {
        if type != nil { throw damaged("a type is named without a count") }
        return (nil, nil)
      }
      place += 1
      return (type, try length())
    }

    private mutating func array(depth: Int) throws(BoostingError) -> [Any] {
      let (type, count) = try header()
      var items: [Any] = []
      while true {
        if let count {
          if items.count == count { return items }
        } else if place < bytes.count, bytes[place] == UInt8(ascii: "]") {
          place += 1
          return items
        }
        items.append(try item(type, depth: depth))
      }
    }

    /// One item of a container whose type is named in front, or of its own type.
    private mutating func item(_ type: UInt8?, depth: Int) throws(BoostingError) -> Any {
      if let type { return try value(type: type, depth: depth + 1) }
      return try value(type: try byte(), depth: depth + 1)
    }

    private mutating func object(depth: Int) throws(BoostingError) -> [String: Any] {
      let (type, count) = try header()
      var object: [String: Any] = [:]
      var done = 0
      while true {
        if let count {
          if done == count { return object }
        } else if place < bytes.count, bytes[place] == UInt8(ascii: "}") {
          place += 1
          return object
        }
        let key = try text()
        object[key] = try item(type, depth: depth)
        done += 1
      }
    }
  }
}
