/// A 64-bit hash of words that names a data set in a manifest.
///
/// Not for security.
///
/// A word at a time by the step of FNV-1a (Fowler, Noll and Vo) with a shift that spreads its high bits.
public struct Fingerprint: Sendable, Hashable {
  /// The hash so far.
  public private(set) var value: UInt64 = 14_695_981_039_346_656_037

  /// Makes the hash of no bytes.
  public init() {}

  /// Adds the eight bytes of a word, lowest first, as one step a word for speed.
  public mutating func add(_ word: UInt64) {
    value = (value ^ word) &* 1_099_511_628_211
    value ^= value >> 29
  }

  /// Adds the bits of doubles; NaNs count as one NaN.
  public mutating func add(_ numbers: [Double]) {
    for number in numbers { add(number.isNaN ? Double.nan.bitPattern : number.bitPattern) }
  }

  /// Adds whole numbers.
  public mutating func add(_ numbers: [Int64]) {
    for number in numbers { add(UInt64(bitPattern: number)) }
  }

  /// Adds the UTF-8 bytes of a text and its length.
  public mutating func add(_ text: String) {
    add(UInt64(text.utf8.count))
    for byte in text.utf8 { add(UInt64(byte)) }
  }

  /// The hash as 16 hexadecimal digits.
  public var hex: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
