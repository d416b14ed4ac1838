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
  package internal(set) var position = 0

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

  mutating func takeWord(_ word: StaticString) -> Bool {
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
  package func equals(_ text: Text, _ word: UnsafeRawBufferPointer) -> Bool {
    text.range.count == word.count && text.isPlain
      && (word.isEmpty || memcmp(bytes.baseAddress! + text.range.lowerBound, word.baseAddress!, word.count) == 0)
  }

  // MARK: - What nobody asked for

  /// Throws unless a text stands for a string, without making it: of those that nobody asked for there may be many.
  package func check(_ text: Text) throws(Failure) {
    guard !text.isPlain else { return }
    var (place, end) = (text.range.lowerBound, text.range.upperBound)
    // A unit of 16 bits behind \u; none where it is not spelt so.
    let none = UInt32.max
    func unit(at place: Int) -> UInt32 {
      guard place + 6 <= end, bytes[place] == UInt8(ascii: "\\"), bytes[place + 1] == UInt8(ascii: "u") else {
        return none
      }
      var sum: UInt32 = 0
      for byte in bytes[place + 2..<place + 6] {
        guard let digit = Character(UnicodeScalar(byte)).hexDigitValue, byte < 0x80 else { return none }
        sum = sum << 4 | UInt32(digit)
      }
      return sum
    }
    var isValid = String(validating: UnsafeRawBufferPointer(rebasing: bytes[text.range]), as: UTF8.self) != nil
    while isValid, place < end {
      guard bytes[place] == UInt8(ascii: "\\") else {
        place += 1
        continue
      }
      switch place + 1 < end ? bytes[place + 1] : 0 {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
        UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
        place += 2
      case UInt8(ascii: "u"):
        switch unit(at: place) {
        case 0xD800..<0xDC00:
          // The first half of a pair.
          isValid = 0xDC00..<0xE000 ~= unit(at: place + 6)
          place += 12
        case 0xDC00..<0xE000, none: isValid = false
        default: place += 6
        }
      default: isValid = false
      }
    }
    if !isValid { throw Failure(reason: "a string is not valid JSON in UTF-8", position: text.range.lowerBound) }
  }

  /// Reads over a value of any kind.
  package mutating func skipValue(depth: Int = 0) throws(Failure) {
    skipSpace()
    guard depth < Self.depthLimit else { throw failure("values are nested more than \(Self.depthLimit) deep") }
    switch next {
    case UInt8(ascii: "\""): try check(try text())
    case UInt8(ascii: "{"): try skipMembers(depth: depth)
    case UInt8(ascii: "["): try skipElements(depth: depth)
    case UInt8(ascii: "t"), UInt8(ascii: "f"): _ = try boolean()
    case UInt8(ascii: "n"): if !takeNull() { throw failure("null is misspelt") }
    default: try skipNumber()
    }
  }

  private mutating func skipMembers(depth: Int) throws(Failure) {
    try expect(UInt8(ascii: "{"))
    if take(UInt8(ascii: "}")) { return }
    repeat {
      try check(try text())
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
