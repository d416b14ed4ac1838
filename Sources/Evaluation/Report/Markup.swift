import Foundation

/// A text as it may stand in HTML and XML, in elements and in quoted attributes: nothing in it is taken for markup.
///
/// Characters that XML does not know are left out.
public func escapedMarkup(_ text: String) -> String {
  var result = ""
  result.reserveCapacity(text.utf8.count)
  for scalar in text.unicodeScalars {
    switch scalar {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    case "'": result += "&#39;"
    case "\t", "\n": result.unicodeScalars.append(scalar)
    case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar.value & 0xFFFE == 0xFFFE:
      continue
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}

/// A number for people: whole ones as they are, others with a given number of significant digits, `–` for NaN, `∞` for infinities.
public func reportNumber(_ value: Double, digits: Int = 4) -> String {
  if value.isNaN { return "–" }
  if value.isInfinite { return value > 0 ? "∞" : "−∞" }
  if value == 0 { return "0" }
  let size = abs(value)
  if size < 1e7, size == size.rounded() { return withMinus(String(Int(value))) }
  if size >= 1e7 || size < 1e-4 { return withMinus(String(format: "%.\(max(0, digits - 1))e", value)) }
  let whole = Int(log10(size).rounded(.down)) + 1
  return withMinus(String(format: "%.\(min(max(digits - whole, 0), 8))f", value))
}

/// A number with a minus sign of its own width in place of the hyphen, save in exponents.
func withMinus(_ text: String) -> String { text.hasPrefix("-") ? "−" + text.dropFirst() : text }

/// A coordinate, to a tenth of a unit.
func place(_ value: Double) -> String {
  let tenths = (value * 10).rounded()
  guard tenths.isFinite, abs(tenths) < 1e9 else { return "0" }
  let number = Int(tenths)
  let (whole, part) = (abs(number) / 10, abs(number) % 10)
  return (number < 0 ? "-" : "") + (part == 0 ? "\(whole)" : "\(whole).\(part)")
}

/// A text of at most `length` characters, its end left out where it is longer.
func shortened(_ text: String, _ length: Int) -> String {
  text.count <= length ? text : text.prefix(max(1, length - 1)) + "…"
}
