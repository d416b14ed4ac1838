/// Realised variance of the middle of three neighbours: π/(6 − 4√3 + π) · n/(n − 2) · Σ med(|rᵢ|, |rᵢ₋₁|, |rᵢ₋₂|)² over
/// n log returns.
///
/// A window that holds a missing number gives NaN. Source: Andersen, Dobrev and Schaumburg (2012).
public struct MEDRV: Indicator {
  /// Realised variance of medians.
  public static let definition = IndicatorDefinition(
    "MEDRV", .microstructure, "realised variance of medians",
    parameters: [.period("timeperiod", 50, from: 3)])

  private var step = Step()
  private var previous = Held()
  private var beforePrevious = Held()
  private var window: WindowSum

  /// Makes the indicator.
  public init(timePeriod: Int = 50) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    window = WindowSum(parameters.integer(0) - 2)
  }

  /// Inputs before the first result.
  public var lookback: Int { window.length + 2 }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Double {
    let change = abs(step.logRatio(value))
    let (a, b) = (previous.value, beforePrevious.value)
    let middle = larger(smaller(a, b), smaller(larger(a, b), change)) + (change + a + b) * 0
    beforePrevious = previous
    previous.value = change.isNumber ? change : .nan
    let n = Double(window.length + 2)
    let factor = Double.pi / (6 - 4 * 3.0.squareRoot() + Double.pi) * (n / (n - 2))
    return window.push(middle * middle, commit: commit) * factor
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() { window.makeUnique() }
}
