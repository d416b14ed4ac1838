/// Fractional difference of order d with a fixed window: Σ wₖ·x[k], w₀ = 1, wₖ = −wₖ₋₁·(d − k + 1)/k.
///
/// Weights below `threshold` in size are left out, which sets the window. A window that holds a missing value gives NaN.
/// O(window) a value. Source: Hosking (1981); the fixed window is López de Prado's (2018), section 5.5.
public struct FRACDIFF: Indicator {
  /// Fractional difference.
  public static let definition = IndicatorDefinition(
    "FRACDIFF", .transform, "fractional difference",
    parameters: [.number("d", 0.4, in: 0...2), .number("threshold", 1e-3, in: 1e-6...1)])

  private let weights: [Double]
  private var ring: Ring
  private var run = FiniteRun()

  /// Makes the difference.
  public init(d: Double = 0.4, threshold: Double = 1e-3) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([d, threshold], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    let (d, threshold) = (parameters.values[0], parameters.values[1])
    var all = [1.0]
    // Weights fall as k^(-1-d): with a threshold of at least 1e-6 there are some 35,000 at most.
    while true {
      let k = Double(all.count)
      let weight = -all[all.count - 1] * (d - k + 1) / k
      if abs(weight) < threshold { break }
      all.append(weight)
    }
    weights = all
    ring = Ring(capacity: all.count)
  }

  /// Inputs before the first result.
  public var lookback: Int { weights.count - 1 }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Double {
    run.push(value)
    var sum = value
    for age in 1..<max(1, weights.count) { sum += weights[age] * ring[age: age - 1] }
    _ = ring.push(value.isNumber ? value : 0, commit: commit)
    return run.covers(weights.count) ? sum : .nan
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() { ring.makeUnique() }
}
