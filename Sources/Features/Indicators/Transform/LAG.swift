/// The value n inputs ago; NaN where it was missing.
public struct LAG: Indicator {
  /// The value n inputs ago.
  public static let definition = IndicatorDefinition(
    "LAG", .transform, "value n inputs ago", parameters: [.period("timeperiod", 1, from: 1)], missing: .recovers)

  private var lag: Lag

  /// Makes the lag.
  public init(timePeriod: Int = 1) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) { lag = Lag(parameters.integer(0)) }

  /// Inputs before the first result.
  public var lookback: Int { lag.length }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Double {
    let before = lag.push(value, commit: commit)
    return value.isNumber ? before : .nan
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() { lag.makeUnique() }
}
