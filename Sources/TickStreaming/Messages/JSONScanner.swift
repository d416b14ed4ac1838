import Foundation

/// Reads JSON from bytes without copying them: RFC 8259, and nothing beyond it.
///
/// Every read is checked against the end. A pointer is used since an array of each message would cost more than its reading.
package struct JSONScanner {
  /// What is wrong and where.
  package struct Failure: Error {
    package let reason: String
    package let position: Int
  }

  /// A string's bytes between the quotes, as they stand.
  package struct Text {
    package var range: Range<Int>
    /// Whether there are escapes, or bytes beyond ASCII that have to be checked.
    package var isPlain: Bool
  }

  package let bytes: UnsafeRawBufferPointer
  package private(set) var position = 0

  /// How deep values may be nested that nobody asked for.
  private static let depthLimit = 64

  package init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// Begins at a place that another scanner told, where a value stands.
  package init(_ bytes: UnsafeRawBufferPointer, at position: Int) {
    self.bytes = bytes
    self.position = position
  }

  /// The byte that comes next; nil at the end.
  @inline(__always) package var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  package func failure(_ reason: String) -> Failure { Failure(reason: reason, position: position) }

  @inline(__always)
  package mutating func skipSpace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x0A, 0x0D, 0x09: position += 1
      default: return
      }
    }
  }

  /// Takes a character if it comes next, after space.
  @inline(__always)
  package mutating func take(_ character: UInt8) -> Bool {
    skipSpace()
    guard next == character else { return false }
    position += 1
    return true
  }

  @inline(__always)
  package mutating func expect(_ character: UInt8) throws(Failure) {
    if !take(character) { throw missing(character) }
  }

  @inline(never)
  private func missing(_ character: UInt8) -> Failure {
    failure(position < bytes.count ? "'\(Character(UnicodeScalar(character)))' is missing" : "the text ends too early")
  }

  /// Throws unless nothing but space is left.
  package mutating func expectEnd() throws(Failure) {
    skipSpace()
    if position < bytes.count { throw failure("there is more behind the value") }
  }

  // MARK: - Values

  /// Takes `null` if it comes next.
  package mutating func takeNull() -> Bool {
    skipSpace()
    return next == UInt8(ascii: "n") && takeWord("null")
  }

  package mutating func boolean() throws(Failure) -> Bool {
    skipSpace()
    if takeWord("true") { return true }
    if takeWord("false") { return false }
    throw failure("true or false is needed")
  }

  private mutating func takeWord(_ word: StaticString) -> Bool {
    guard position + word.utf8CodeUnitCount <= bytes.count,
      memcmp(bytes.baseAddress! + position, word.utf8Start, word.utf8CodeUnitCount) == 0
    else { return false }
    position += word.utf8CodeUnitCount
    return true
  }

  @inline(__always)
  package mutating func text() throws(Failure) -> Text {
    try expect(UInt8(ascii: "\""))
    let start = position
    // A local place stays in a register.
    var place = start
    while place < bytes.count {
      let byte = bytes[place]
      if byte == UInt8(ascii: "\"") {
        position = place + 1
        return Text(range: start..<place, isPlain: true)
      }
      if byte < 0x20 || byte >= 0x80 || byte == UInt8(ascii: "\\") { break }
      place += 1
    }
    return try unusualText(from: start)
  }

  /// A string with escapes, with bytes beyond ASCII, or without an end.
  @inline(never)
  private mutating func unusualText(from start: Int) throws(Failure) -> Text {
    position = start
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") {
        position += 1
        return Text(range: start..<position - 1, isPlain: false)
      }
      if byte < 0x20 { throw failure("a string holds a control character") }
      position += byte == UInt8(ascii: "\\") ? 2 : 1
    }
    position = bytes.count
    throw failure("a string has no end")
  }

  /// The string that a text stands for.
  package func string(_ text: Text) throws(Failure) -> String {
    let raw = UnsafeRawBufferPointer(rebasing: bytes[text.range])
    guard !text.isPlain else { return String(decoding: raw, as: UTF8.self) }
    // Rare, so Foundation may do it: it knows escapes and pairs of surrogates. Its error is told in our words below.
    let quoted = [UInt8(ascii: "\"")] + raw + [UInt8(ascii: "\"")]
    guard String(validating: raw, as: UTF8.self) != nil,
      let string = try? JSONDecoder().decode(String.self, from: Data(quoted))
    else { throw Failure(reason: "a string is not valid JSON in UTF-8", position: text.range.lowerBound) }
    return string
  }

  @inline(__always)
  package func equals(_ text: Text, _ word: StaticString) -> Bool {
    text.range.count == word.utf8CodeUnitCount
      && memcmp(bytes.baseAddress! + text.range.lowerBound, word.utf8Start, text.range.count) == 0
  }

  /// Whether a text is these bytes as they stand.
  @inline(__always)
  package func equals(_ text: Text, _ word: [UInt8]) -> Bool {
    text.range.count == word.count && text.isPlain
      && word.withUnsafeBytes { memcmp(bytes.baseAddress! + text.range.lowerBound, $0.baseAddress!, $0.count) == 0 }
  }

  // MARK: - Numbers

  /// Powers of ten that Double holds exactly.
  @inline(__always)
  private static func power(_ exponent: Int) -> Double {
    switch exponent {
    case 0: 1
    case 1: 10
    case 2: 100
    case 3: 1e3
    case 4: 1e4
    default: powers[exponent]
    }
  }

  private static let powers: [Double] = (0...22).map { pow(10, Double($0)) }

  /// A finite number, to the nearest Double.
  package mutating func double() throws(Failure) -> Double {
    let number = try self.number()
    // Both are exact, so their quotient or product is rounded once (Clinger 1990).
    if number.isComplete, number.mantissa < 1 << 53, abs(number.exponent) <= 22 {
      let value = Double(number.mantissa)
      let power = Self.power(abs(number.exponent))
      let result = number.exponent < 0 ? value / power : value * power
      return number.isNegative ? -result : result
    }
    if number.isComplete, -27..<0 ~= number.exponent {
      let result = Self.quotient(number.mantissa, by: -number.exponent)
      return number.isNegative ? -result : result
    }
    guard let value = Double(String(decoding: bytes[number.range], as: UTF8.self)), value.isFinite else {
      throw Failure(reason: "a number is beyond the range of Double", position: number.range.lowerBound)
    }
    return value
  }

  /// A whole number over a power of ten up to 10²⁷, to the nearest Double, ties to even.
  ///
  /// One division of 128 by 64 bits gives 64 bits of the quotient, the first of them 1, and whether there is a rest: all that
  /// rounding to 53 bits asks for. (5ⁿ has at most 63 bits for these n, and 2ⁿ is left to the exponent.)
  private static func quotient(_ mantissa: UInt64, by power: Int) -> Double {
    guard mantissa != 0 else { return 0 }
    let divisor = powersOfFive[power]
    let (shift, divisorShift) = (mantissa.leadingZeroBitCount, divisor.leadingZeroBitCount)
    let (upper, lower) = (mantissa << UInt64(shift), divisor << UInt64(divisorShift))
    let isLarge = upper >= lower
    let (quotient, rest) = lower.dividingFullWidth(isLarge ? (upper >> 1, upper << 63) : (upper, 0))
    var kept = quotient >> 11
    let dropped = quotient & 0x7FF
    if dropped > 0x400 || (dropped == 0x400 && (rest != 0 || kept & 1 == 1)) { kept += 1 }
    let exponent = (isLarge ? -63 : -64) + divisorShift - shift - power + 11
    // Both factors are exact, and the product is far from Double's limits.
    return Double(kept) * Double(bitPattern: UInt64(exponent + 1023) << 52)
  }

  private static let powersOfFive: [UInt64] = (0...27).map { (0..<$0).reduce(1) { product, _ in product * 5 } }

  /// A finite number, or NaN for null; nil, with the scanner before it, for anything else.
  package mutating func numberOrNull() throws(Failure) -> Double? {
    skipSpace()
    guard let next else { return nil }
    if next == UInt8(ascii: "-") || next &- UInt8(ascii: "0") <= 9 { return try double() }
    return next == UInt8(ascii: "n") && takeWord("null") ? .nan : nil
  }

  /// A whole number that an Int64 holds.
  package mutating func integer() throws(Failure) -> Int64 {
    let number = try self.number()
    let limit = UInt64(Int64.max) + (number.isNegative ? 1 : 0)
    guard number.isComplete, number.exponent == 0, number.mantissa <= limit else {
      throw Failure(reason: "a whole number of 64 bits is needed", position: number.range.lowerBound)
    }
    return number.isNegative ? Int64(truncatingIfNeeded: 0 &- number.mantissa) : Int64(number.mantissa)
  }

  private struct Number {
    var range: Range<Int>
    var isNegative = false
    var mantissa: UInt64 = 0
    var exponent = 0
    /// Whether the mantissa holds all digits.
    var isComplete = true
  }

  @inline(__always)
  private mutating func number() throws(Failure) -> Number {
    skipSpace()
    var number = Number(range: position..<position)
    if next == UInt8(ascii: "-") {
      number.isNegative = true
      position += 1
    }
    let first = position
    digits(&number)
    guard position > first else { throw failure("a number is needed") }
    if bytes[first] == UInt8(ascii: "0"), position > first + 1 { throw failure("a number begins with 0") }
    if next == UInt8(ascii: ".") {
      position += 1
      let fraction = position
      digits(&number)
      guard position > fraction else { throw failure("a number ends with a point") }
      number.exponent -= position - fraction
    }
    if let mark = next, mark | 0x20 == UInt8(ascii: "e") {
      position += 1
      var isNegative = false
      if let sign = next, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
        isNegative = sign == UInt8(ascii: "-")
        position += 1
      }
      let start = position
      var power = Number(range: position..<position)
      digits(&power)
      guard position > start else { throw failure("a number has an exponent without digits") }
      // No power beyond these makes a difference to what Double can hold.
      let size = power.isComplete ? Int(min(power.mantissa, 100_000)) : 100_000
      number.exponent += isNegative ? -size : size
    }
    number.range = number.range.lowerBound..<position
    return number
  }

  @inline(__always)
  private mutating func digits(_ number: inout Number) {
    var place = position
    var mantissa = number.mantissa
    // Eight digits at once (Lemire, "Quickly parsing eight digits", 2018), while eight more fit.
    while place + 8 <= bytes.count, mantissa < 10_000_000_000 {
      var eight = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
      guard eight & 0xF0F0_F0F0_F0F0_F0F0 == 0x3030_3030_3030_3030,
        (eight &+ 0x0606_0606_0606_0606) & 0xF0F0_F0F0_F0F0_F0F0 == 0x3030_3030_3030_3030
      else { break }
      eight = ((eight & 0x0F0F_0F0F_0F0F_0F0F) &* 2561) >> 8
      eight = ((eight & 0x00FF_00FF_00FF_00FF) &* 6_553_601) >> 16
      eight = ((eight & 0x0000_FFFF_0000_FFFF) &* 42_949_672_960_001) >> 32
      mantissa = mantissa &* 100_000_000 &+ eight
      place += 8
    }
    while place < bytes.count {
      let digit = bytes[place] &- UInt8(ascii: "0")
      guard digit <= 9 else { break }
      // 18 digits and one more always fit.
      if mantissa < 1_000_000_000_000_000_000 {
        mantissa = mantissa &* 10 &+ UInt64(digit)
      } else {
        let (tens, isOver) = mantissa.multipliedReportingOverflow(by: 10)
        let (sum, isOverToo) = tens.addingReportingOverflow(UInt64(digit))
        if isOver || isOverToo { number.isComplete = false }
        mantissa = sum
      }
      place += 1
    }
    position = place
    number.mantissa = mantissa
  }

  // MARK: - What nobody asked for

  /// Reads over a value of any kind.
  package mutating func skipValue(depth: Int = 0) throws(Failure) {
    skipSpace()
    guard depth < Self.depthLimit else { throw failure("values are nested more than \(Self.depthLimit) deep") }
    switch next {
    case UInt8(ascii: "\""): _ = try string(try text())
    case UInt8(ascii: "{"): try skipMembers(depth: depth)
    case UInt8(ascii: "["): try skipElements(depth: depth)
    case UInt8(ascii: "t"), UInt8(ascii: "f"): _ = try boolean()
    case UInt8(ascii: "n"): if !takeNull() { throw failure("null is misspelt") }
    default: _ = try number()
    }
  }

  private mutating func skipMembers(depth: Int) throws(Failure) {
    try expect(UInt8(ascii: "{"))
    if take(UInt8(ascii: "}")) { return }
    repeat {
      _ = try string(try text())
      try expect(UInt8(ascii: ":"))
      try skipValue(depth: depth + 1)
    } while take(UInt8(ascii: ","))
    try expect(UInt8(ascii: "}"))
  }

  private mutating func skipElements(depth: Int) throws(Failure) {
    try expect(UInt8(ascii: "["))
    if take(UInt8(ascii: "]")) { return }
    repeat { try skipValue(depth: depth + 1) } while take(UInt8(ascii: ","))
    try expect(UInt8(ascii: "]"))
  }
}
