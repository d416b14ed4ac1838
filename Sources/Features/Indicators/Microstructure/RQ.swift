/// Realised quarticity: n/3 · Σ r⁴ over the last n log returns.
///
/// A window that holds a missing number gives NaN. Source: Barndorff-Nielsen and Shephard (2002).
public struct RQ: Indicator {
  /// Realised quarticity.
  public static let definition = IndicatorDefinition(
    "RQ", .microstructure, "realised quarticity",
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
    let square = change * change
    return window.push(square * square, commit: commit) * (Double(window.length) / 3)
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() { window.makeUnique() }
}
