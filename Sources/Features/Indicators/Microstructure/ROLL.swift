/// Roll's spread from prices alone: 2 · √(−c), c the sample covariance of successive price changes over n pairs.
///
/// Where c is positive there is no such spread: ``Variant/clamped`` gives 0, ``Variant/absolute`` takes √|c| instead. A
/// window that holds a missing number gives NaN. Source: Roll, "A simple implicit measure of the effective bid-ask
/// spread" (1984).
public struct ROLL: Indicator {
  /// What is made of a positive covariance.
  public enum Variant: Int, Sendable, Codable {
    /// A spread of 0.
    case clamped = 0
    /// The root of the absolute value.
    case absolute = 1
  }

  /// Spread of Roll.
  public static let definition = IndicatorDefinition(
    "ROLL", .microstructure, "spread of Roll",
    parameters: [.period("timeperiod", 20), .period("variant", 0, from: 0, to: 1)])

  private let variant: Variant
  private var step = Step()
  private var previous = Held()
  private var window: WindowProducts

  /// Makes the indicator.
  public init(timePeriod: Int = 20, variant: Variant = .clamped) throws(FeatureError) {
    try self.init(
      parameters: IndicatorParameters([Double(timePeriod), Double(variant.rawValue)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    window = WindowProducts(parameters.integer(0))
    variant = Variant(rawValue: parameters.integer(1)) ?? .clamped
  }

  /// Inputs before the first result.
  public var lookback: Int { window.length + 1 }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Double {
    let change = step.difference(value)
    let isFull = window.push(change, previous.value, commit: commit)
    previous.value = change.isNumber ? change : .nan
    guard isFull else { return .nan }
    let covariance = window.xy / Double(window.length - 1)
    return 2 * (variant == .absolute ? abs(covariance) : max(0, -covariance)).squareRoot()
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() { window.makeUnique() }
}
