/// Realised variance: sum of the squared log returns of the last n prices.
///
/// A window that holds a missing number gives NaN. Source: Andersen and Bollerslev (1998).
public struct RV: Indicator {
  /// Realised variance.
  public static let definition = IndicatorDefinition(
    "RV", .microstructure, "realised variance",
    parameters: [.period("timeperiod", 50, from: 1)])

  private var step = Step()
  private var window: WindowSum

  /// Makes the indicator.
  public init(timePeriod: Int = 50) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    window = WindowSum(parameters.integer(0))
  }

  /// Inputs before the first result.
  public var lookback: Int { window.length }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Double {
    let change = step.logRatio(value)
    return window.push(change * change, commit: commit)
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() { window.makeUnique() }
}
