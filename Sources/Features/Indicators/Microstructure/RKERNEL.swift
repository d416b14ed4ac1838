/// Realised kernel of the last n log returns with Parzen weights: Σ rᵢ² + 2 Σⱼ k(j/(h + 1)) Σ rᵢ rᵢ₋ⱼ, j = 1...h.
///
/// Noise that is independent between prices drops out. Products with the h returns before the window count, as in the
/// definition of the source, so no end has to be treated; it may be negative. A window that holds a missing number
/// gives NaN. O(h). Source: Barndorff-Nielsen, Hansen, Lunde and Shephard, "Designing realized kernels" (2008).
public struct RKERNEL: Indicator {
  /// Realised kernel.
  public static let definition = IndicatorDefinition(
    "RKERNEL", .microstructure, "realised kernel",
    parameters: [.period("timeperiod", 50, from: 1), .period("bandwidth", 5, from: 1, to: 1000)])

  private var step = Step()
  private var returns: Ring
  private var window: WindowSum

  /// Makes the indicator.
  public init(timePeriod: Int = 50, bandwidth: Int = 5) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod), Double(bandwidth)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    window = WindowSum(parameters.integer(0))
    returns = Ring(capacity: parameters.integer(1), filledWith: .nan)
  }

  /// Inputs before the first result.
  public var lookback: Int { window.length + returns.capacity }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Double {
    let change = step.logRatio(value)
    var neighbours = 0.0
    for age in 0..<returns.capacity {
      neighbours += Self.weight(Double(age + 1) / Double(returns.capacity + 1)) * returns[age: age]
    }
    _ = returns.push(change.isNumber ? change : .nan, commit: commit)
    return window.push(change * (change + 2 * neighbours), commit: commit)
  }

  /// Parzen's weight of a share from 0 to 1.
  @inline(__always)
  private static func weight(_ x: Double) -> Double {
    x <= 0.5 ? 1 - 6 * x * x * (1 - x) : 2 * (1 - x) * (1 - x) * (1 - x)
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    returns.makeUnique()
    window.makeUnique()
  }
}
