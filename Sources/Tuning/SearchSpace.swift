/// The parameters of a search and the values that each may take, in the order in which they were added.
public struct SearchSpace: Sendable, Hashable, Codable {
  /// Values of one parameter.
  public enum Domain: Sendable, Hashable, Codable {
    /// Real numbers from `low` to `high`, both included; evenly by their logarithm if `log`.
    case real(low: Double, high: Double, log: Bool)
    /// Whole numbers from `low` to `high`, both included; evenly by their logarithm if `log`.
    case whole(low: Int, high: Int, log: Bool)
    /// One of some texts.
    case choice([String])
  }

  /// A named parameter.
  public struct Parameter: Sendable, Hashable, Codable {
    /// The name, such as `num_leaves`.
    public let name: String
    /// Its values.
    public let domain: Domain
  }

  /// The parameters.
  public private(set) var parameters: [Parameter] = []

  /// Makes a space without parameters.
  public init() {}

  /// Adds a parameter.
  ///
  /// - Throws: ``TuningError`` with code `invalidOption` for a name that is there already, an empty or unordered range, a
  ///   logarithm of numbers that are not positive, or no choice.
  public mutating func add(_ name: String, _ domain: Domain) throws(TuningError) {
    guard !parameters.contains(where: { $0.name == name }) else {
      throw TuningError(.invalidOption, "the parameter '\(name)' is in the space already")
    }
    let isSound =
      switch domain {
      case .real(let low, let high, let log): low.isFinite && high.isFinite && low <= high && (!log || low > 0)
      case .whole(let low, let high, let log): low <= high && (!log || low > 0)
      case .choice(let options): !options.isEmpty && Set(options).count == options.count
      }
    guard isSound else {
      throw TuningError(
        .invalidOption, "the values \(domain) of '\(name)'; a range in order (positive for log) or different choices")
    }
    parameters.append(Parameter(name: name, domain: domain))
  }
}

/// A value of a parameter.
public enum ParameterValue: Sendable, Hashable, Codable, CustomStringConvertible {
  /// A real number.
  case real(Double)
  /// A whole number.
  case whole(Int)
  /// A choice.
  case choice(String)

  /// The value as text, as options of boosting take it.
  public var description: String {
    switch self {
    case .real(let value): "\(value)"
    case .whole(let value): "\(value)"
    case .choice(let value): value
    }
  }
}
