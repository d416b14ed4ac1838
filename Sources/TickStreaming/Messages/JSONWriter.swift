/// Writes JSON as bytes: what is read back is the same to the bit.
package struct JSONWriter {
  package private(set) var bytes: [UInt8] = []
  /// Whether the next value comes behind another one.
  private var needsComma = false

  package init(capacity: Int = 256) { bytes.reserveCapacity(capacity) }

  /// Forgets what was written and keeps the memory.
  package mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    needsComma = false
  }

  package mutating func open(_ bracket: Character) {
    separate()
    bytes.append(bracket.asciiValue!)
    needsComma = false
  }

  package mutating func close(_ bracket: Character) {
    bytes.append(bracket.asciiValue!)
    needsComma = true
  }

  /// A member's name that needs no escapes.
  package mutating func key(_ name: StaticString) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    bytes.append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    bytes.append(UInt8(ascii: "\""))
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  package mutating func key(_ name: String) {
    string(name)
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  /// JSON that is ready.
  package mutating func raw(_ json: some Collection<UInt8>) {
    separate()
    bytes.append(contentsOf: json)
    needsComma = true
  }

  /// Bytes behind a value that belong to it.
  package mutating func append(_ json: [UInt8]) {
    bytes.append(contentsOf: json)
    needsComma = true
  }

  /// A number behind JSON that ended with a name.
  package mutating func value(_ number: Double) {
    needsComma = false
    double(number)
  }

  package mutating func string(_ text: String) {
    separate()
    needsComma = true
    bytes.append(UInt8(ascii: "\""))
    defer { bytes.append(UInt8(ascii: "\"")) }
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) {
      bytes.append(contentsOf: text.utf8)
      return
    }
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(byte)
      case 0..<0x20:
        let digits = Array("0123456789abcdef".utf8)
        bytes.append(contentsOf: "\\u00".utf8)
        bytes.append(digits[Int(byte >> 4)])
        bytes.append(digits[Int(byte & 15)])
      default: bytes.append(byte)
      }
    }
  }

  package mutating func boolean(_ value: Bool) { raw((value ? "true" : "false").utf8) }

  package mutating func integer(_ value: Int64) {
    separate()
    if value < 0 { bytes.append(UInt8(ascii: "-")) }
    append(digitsOf: value.magnitude, atLeast: 1)
    needsComma = true
  }

  /// A finite number, in as few digits as read back to it; anything else as null.
  package mutating func double(_ value: Double) {
    guard value.isFinite else { return raw("null".utf8) }
    guard value != 0 else { return raw((value.sign == .minus ? "-0" : "0").utf8) }
    let size = value.magnitude
    // Prices and sizes have few decimals: the whole number of their last place says whether so many are enough.
    for (digits, power) in [(0, 1.0), (2, 1e2), (4, 1e4), (8, 1e8)] {
      let scaled = (size * power).rounded()
      guard scaled < 9_007_199_254_740_992 else { break }
      if scaled / power == size {
        separate()
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        append(UInt64(scaled), decimals: digits)
        needsComma = true
        return
      }
    }
    raw(value.description.utf8)
  }

  @inline(__always)
  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
  }

  private mutating func append(_ scaled: UInt64, decimals: Int) {
    var (scaled, decimals) = (scaled, decimals)
    while decimals > 0, scaled % 10 == 0 {
      scaled /= 10
      decimals -= 1
    }
    append(digitsOf: scaled, atLeast: decimals + 1)
    if decimals > 0 { bytes.insert(UInt8(ascii: "."), at: bytes.count - decimals) }
  }

  private mutating func append(digitsOf number: UInt64, atLeast count: Int) {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
      var (number, first) = (number, 20)
      while number > 0 || 20 - first < count {
        first -= 1
        digits.initializeElement(at: first, to: UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number % 10))
        number /= 10
      }
      bytes.append(contentsOf: digits[first..<20])
    }
  }
}
