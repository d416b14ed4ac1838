/// The values that a parameter may take, with the Swift type that a suggestion of it has.
///
/// ```swift
/// let rate = try trial.suggest("learning_rate", .real(0.01...0.3, log: true))  // Double
/// let leaves = try trial.suggest("num_leaves", .whole(2...256, log: true))  // Int
/// let growth = try trial.suggest("growth", .choice(["leafwise", "levelwise"]))  // String
/// ```
public struct Domain<Value: Sendable>: Sendable {
  /// The values.
  public let distribution: Distribution
  let read: @Sendable (ParameterValue) -> Value?
}

extension Domain where Value == Double {
  /// Real numbers of a range, both ends included.
  ///
  /// - Parameters:
  ///   - range: The ends; positive for `log`.
  ///   - log: Whether the logarithm is what is even; not with a step.
  ///   - step: The distance of neighbouring values, counted from the lower end.
  public static func real(_ range: ClosedRange<Double>, log: Bool = false, step: Double? = nil) -> Domain {
    Domain(distribution: .real(low: range.lowerBound, high: range.upperBound, log: log, step: step), read: number)
  }

  /// One of some numbers, without an order.
  public static func choice(_ values: [Double]) -> Domain {
    Domain(distribution: .choice(values.map(ParameterValue.real)), read: number)
  }

  @Sendable private static func number(_ value: ParameterValue) -> Double? {
    switch value {
    case .real(let number): number
    case .whole(let number): Double(number)
    default: nil
    }
  }
}

extension Domain where Value == Int {
  /// Whole numbers of a range, both ends included.
  ///
  /// - Parameters:
  ///   - range: The ends; positive for `log`.
  ///   - log: Whether the logarithm is what is even; not with a step other than 1.
  ///   - step: The distance of neighbouring values, counted from the lower end.
  public static func whole(_ range: ClosedRange<Int>, log: Bool = false, step: Int = 1) -> Domain {
    Domain(distribution: .whole(low: range.lowerBound, high: range.upperBound, log: log, step: step), read: number)
  }

  /// One of some numbers, without an order.
  public static func choice(_ values: [Int]) -> Domain {
    Domain(distribution: .choice(values.map(ParameterValue.whole)), read: number)
  }

  @Sendable private static func number(_ value: ParameterValue) -> Int? {
    if case .whole(let number) = value { number } else { nil }
  }
}

extension Domain where Value == String {
  /// One of some texts.
  public static func choice(_ values: [String]) -> Domain {
    Domain(distribution: .choice(values.map(ParameterValue.text))) {
      if case .text(let text) = $0 { text } else { nil }
    }
  }
}

extension Domain where Value == Bool {
  /// False or true.
  public static var flag: Domain {
    Domain(distribution: .choice([.flag(false), .flag(true)])) { if case .flag(let flag) = $0 { flag } else { nil } }
  }
}
