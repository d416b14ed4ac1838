/// Realised variance of the smaller of two neighbours: π/(π − 2) · n/(n − 1) · Σ min(|rᵢ|, |rᵢ₋₁|)² over n log returns.
///
/// A window that holds a missing number gives NaN. Source: Andersen, Dobrev and Schaumburg, "Jump-robust volatility
/// estimation using nearest neighbor truncation" (2012).
public struct MINRV: Indicator {
  /// Realised variance of minima.
  public static let definition = IndicatorDefinition(
    "MINRV", .microstructure, "realised variance of minima",
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
    let least = smaller(change, previous.value) + (change + previous.value) * 0
    previous.value = change.isNumber ? change : .nan
    let n = Double(window.length + 1)
    return window.push(least * least, commit: commit) * (Double.pi / (Double.pi - 2) * (n / (n - 1)))
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() { window.makeUnique() }
}
