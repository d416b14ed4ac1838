/// Decimal numbers of feeds as whole numbers, without a detour by binary fractions.
public enum DecimalText {
  /// Reads a plain decimal such as `61737.63` as 6173763 at two digits; nil if it is not one, has more digits that are not 0,
  /// or does not fit.
  ///
  /// - Parameters:
  ///   - text: Digits, with a leading `-` and one `.` allowed.
  ///   - digits: Places behind the point to keep, 0 to 18.
  /// - Complexity: O(characters).
  public static func scaled(_ text: some StringProtocol, digits: Int) -> Int64? {
    precondition(0...18 ~= digits, "0 to 18 digits can be kept")
    var (value, left, isNegative, hasPoint, hasDigit): (Int64, Int, Bool, Bool, Bool) = (0, digits, false, false, false)
    for (position, character) in text.utf8.enumerated() {
      switch character {
      case UInt8(ascii: "-") where position == 0: isNegative = true
      case UInt8(ascii: ".") where !hasPoint: hasPoint = true
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        hasDigit = true
        let digit = Int64(character - UInt8(ascii: "0"))
        if hasPoint && left == 0 {
          if digit != 0 { return nil }
          continue
        }
        guard let next = shifted(value, digit) else { return nil }
        value = next
        if hasPoint { left -= 1 }
      default: return nil
      }
    }
    guard hasDigit else { return nil }
    for _ in 0..<left {
      guard let next = shifted(value, 0) else { return nil }
      value = next
    }
    return isNegative ? -value : value
  }

  private static func shifted(_ value: Int64, _ digit: Int64) -> Int64? {
    let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10)
    let (sum, isTooLargeToo) = product.addingReportingOverflow(digit)
    return isTooLarge || isTooLargeToo ? nil : sum
  }
}
