/// Rank of a value among the last n, from 1/n to 1; equal values share the mean of their ranks.
///
/// O(n) a value. A window that holds a missing value gives NaN. As pandas' `rolling(n).rank(pct=True)`.
public struct RANK: Indicator {
  /// Rolling rank.
  public static let definition = IndicatorDefinition(
    "RANK", .transform, "rolling rank", parameters: [.period("timeperiod", 100)])

  private var ring: Ring
  private var run = FiniteRun()

  /// Makes the rank.
  public init(timePeriod: Int = 100) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) { ring = Ring(capacity: parameters.integer(0) - 1) }

  /// Inputs before the first result.
  public var lookback: Int { ring.capacity }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Double {
    run.push(value)
    let below = ring.countBelow(value)
    let notAbove = ring.countNotAbove(value)
    _ = ring.push(value.isNumber ? value : 0, commit: commit)
    let rank = Double(below) + Double(notAbove - below) / 2 + 1
    return run.covers(ring.capacity + 1) ? rank / Double(ring.capacity + 1) : .nan
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() { ring.makeUnique() }
}
