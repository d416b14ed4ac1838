internal import CKernels

/// Numbers, to the nearest Double.
///
/// Nearly all of them are read by a kernel. What it leaves, such as more than 19 digits, large exponents and the last bytes of
/// a text, goes the slow way, which also finds what is wrong and is the kernel's twin.
extension JSONScanner {
  /// A finite number.
  package mutating func double() throws(Failure) -> Double {
    skipSpace()
    if let base = bytes.baseAddress {
      var value = 0.0
      let behind = kernel_read_number(base, position, bytes.count, &value)
      if behind >= 0 {
        position = behind
        return value
      }
    }
    return try slowDouble()
  }

  /// A finite number, or NaN for null; nil, with the scanner before it, for anything else.
  package mutating func numberOrNull() throws(Failure) -> Double? {
    skipSpace()
    guard let next else { return nil }
    if next == UInt8(ascii: "-") || next &- UInt8(ascii: "0") <= 9 { return try double() }
    return next == UInt8(ascii: "n") && takeWord("null") ? .nan : nil
  }

  /// Appends the numbers of a list, and NaN for each null; commas between them and both brackets are read too.
  ///
  /// - Returns: False if the list holds something else, with the scanner before that.
  package mutating func numbers(into values: inout [Double]) throws(Failure) -> Bool {
    try expect(UInt8(ascii: "["))
    if take(UInt8(ascii: "]")) { return true }
    repeat {
      if readMany(into: &values) { continue }
      guard let value = try numberOrNull() else { return false }
      values.append(value)
    } while take(UInt8(ascii: ","))
    try expect(UInt8(ascii: "]"))
    return true
  }

  /// Appends what the kernel takes of a list; true if it stopped behind a value, false if it stopped before one.
  private mutating func readMany(into values: inout [Double]) -> Bool {
    guard let base = bytes.baseAddress else { return false }
    let room = 256
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: room) { block in
      while true {
        let read = kernel_read_numbers(base, position, bytes.count, block.baseAddress, room)
        position = read.place
        values.append(contentsOf: block[..<read.count])
        if read.is_last != 0 { return true }
        if read.count < room { return false }
      }
    }
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

  /// Reads over a number.
  mutating func skipNumber() throws(Failure) { _ = try number() }

  // MARK: - The slow way

  private struct Number {
    var range: Range<Int>
    var isNegative = false
    var mantissa: UInt64 = 0
    var exponent = 0
    /// Whether the mantissa holds all digits.
    var isComplete = true
  }

  /// A finite number; the twin of the kernel.
  @inline(never)
  package mutating func slowDouble() throws(Failure) -> Double {
    let number = try self.number()
    guard let value = Double(String(decoding: bytes[number.range], as: UTF8.self)), value.isFinite else {
      throw Failure(reason: "a number is beyond the range of Double", position: number.range.lowerBound)
    }
    return value
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
    // A local place and sum stay in registers.
    var (place, mantissa) = (position, number.mantissa)
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
    (position, number.mantissa) = (place, mantissa)
  }
}
