import TickData

/// Times as ISO 8601 texts: `2021-05-10T03:45:00.123456789Z`, also with an offset such as `+05:30`, or without one for UTC.
enum TimeText {
  /// Nanoseconds since 1970 UTC; nil for a text that is no such time or beyond the range of Int64.
  static func nanoseconds(_ text: String) -> Int64? {
    guard text.utf8.count >= 19, text.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
    let bytes = Array(text.utf8)
    guard let date = CivilDate(text.prefix(10)), bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: " "),
      let clock = clock(bytes[11..<19])
    else { return nil }
    var rest = bytes[19...]
    var fraction: Int64 = 0
    if rest.first == UInt8(ascii: ".") {
      let digits = rest.dropFirst().prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
      guard 1...9 ~= digits.count else { return nil }
      fraction = digits.reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
      for _ in digits.count..<9 { fraction *= 10 }
      rest = rest.dropFirst(1 + digits.count)
    }
    guard let offset = offset(rest) else { return nil }
    let seconds = date.dayNumber * 86_400 + clock - offset
    let (whole, isOver) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, isOverToo) = whole.addingReportingOverflow(fraction)
    return isOver || isOverToo ? nil : sum
  }

  /// Seconds of `hh:mm:ss`.
  private static func clock(_ text: ArraySlice<UInt8>) -> Int64? {
    let at = text.startIndex
    guard text[at + 2] == UInt8(ascii: ":"), text[at + 5] == UInt8(ascii: ":"), let hours = pair(text, at),
      let minutes = pair(text, at + 3), let seconds = pair(text, at + 6), hours < 24, minutes < 60, seconds < 60
    else { return nil }
    return hours * 3600 + minutes * 60 + seconds
  }

  /// Seconds of nothing, `Z`, `+hh:mm` or `+hhmm`.
  private static func offset(_ text: ArraySlice<UInt8>) -> Int64? {
    guard let sign = text.first else { return 0 }
    if sign == UInt8(ascii: "Z") || sign == UInt8(ascii: "z") { return text.count == 1 ? 0 : nil }
    guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { return nil }
    let digits = text.dropFirst()
    let at = digits.startIndex
    let hasColon = digits.count == 5 && digits[at + 2] == UInt8(ascii: ":")
    guard hasColon || digits.count == 4, let hours = pair(digits, at),
      let minutes = pair(digits, at + (hasColon ? 3 : 2)), hours < 24, minutes < 60
    else { return nil }
    return (hours * 3600 + minutes * 60) * (sign == UInt8(ascii: "-") ? -1 : 1)
  }

  private static func pair(_ text: ArraySlice<UInt8>, _ index: Int) -> Int64? {
    let (tens, ones) = (text[index] &- UInt8(ascii: "0"), text[index + 1] &- UInt8(ascii: "0"))
    return tens <= 9 && ones <= 9 ? Int64(tens) * 10 + Int64(ones) : nil
  }
}
