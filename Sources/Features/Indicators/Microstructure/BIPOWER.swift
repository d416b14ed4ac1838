/// Bipower variation: π/2 · Σ|rᵢ||rᵢ₋₁| over the last n log returns, a variance that jumps do not enter.
///
/// A window that holds a missing number gives NaN. Source: Barndorff-Nielsen and Shephard, "Power and bipower variation
/// with stochastic volatility and jumps" (2004).
public struct BIPOWER: Indicator {
  /// Bipower variation.
  public static let definition = IndicatorDefinition(
    "BIPOWER", .microstructure, "bipower variation",
    parameters: [.period("timeperiod", 50)])

  private var step = Step()
  private var previous = Held()
  private var window: WindowSum

  /// Makes the indicator.
  public init(timePeriod: Int = 50) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    window = WindowSum(parameters.integer(0) - 1)
  }

  /// Inputs before the first result.
  public var lookback: Int { window.length + 1 }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Double {
    let change = abs(step.logRatio(value))
    let product = change * previous.value
    previous.value = change.isNumber ? change : .nan
    return window.push(product, commit: commit) * (Double.pi / 2)
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() { window.makeUnique() }
}
