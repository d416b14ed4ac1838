/// A value of a parameter or of a user's attribute.
public enum ParameterValue: Sendable, Hashable, CustomStringConvertible {
  /// A real number.
  case real(Double)
  /// A whole number.
  case whole(Int)
  /// A text.
  case text(String)
  /// True or false.
  case flag(Bool)

  /// The value as text, as options of boosting take it.
  public var description: String {
    switch self {
    case .real(let value): "\(value)"
    case .whole(let value): "\(value)"
    case .text(let value): value
    case .flag(let value): "\(value)"
    }
  }

  package var json: JSONValue {
    switch self {
    case .real(let value): .real(value)
    case .whole(let value): .whole(value)
    case .text(let value): .text(value)
    case .flag(let value): .flag(value)
    }
  }

  package init?(_ json: JSONValue) {
    switch json {
    case .real(let value): self = .real(value)
    case .whole(let value): self = .whole(value)
    case .text(let value): self = .text(value)
    case .flag(let value): self = .flag(value)
    default: return nil
    }
  }
}

extension ParameterValue: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral, ExpressibleByStringLiteral,
  ExpressibleByBooleanLiteral
{
  /// Makes a real number.
  public init(floatLiteral value: Double) { self = .real(value) }
  /// Makes a whole number.
  public init(integerLiteral value: Int) { self = .whole(value) }
  /// Makes a text.
  public init(stringLiteral value: String) { self = .text(value) }
  /// Makes true or false.
  public init(booleanLiteral value: Bool) { self = .flag(value) }
}
