/// Share in percent of the n values before that are below the value; a window that holds a missing value gives NaN.
///
/// O(n) a value.
public struct PERCENTRANK: Indicator {
  /// TA-Lib's PERCENTRANK.
  public static let definition = IndicatorDefinition(
    "PERCENTRANK", .statistic, "percent rank", parameters: [.period("timeperiod", 100)])

  private var ring: Ring
  private var run = FiniteRun()

  /// Makes the indicator of TA-Lib's parameters.
  public init(timePeriod: Int = 100) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    ring = Ring(capacity: parameters.integer(0))
  }

  /// Inputs before the first result.
  public var lookback: Int { ring.capacity }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Double {
    run.push(value)
    let below = ring.countBelow(value)
    _ = ring.push(value.isNumber ? value : 0, commit: commit)
    return run.covers(ring.capacity + 1) ? Double(below) / Double(ring.capacity) * 100 : .nan
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    ring.makeUnique()
  }
}
