/// Distance of a value from the mean of the last n in their sample standard deviations; 0 in a flat window.
///
/// A window that holds a missing value gives NaN.
public struct ZSCORE: Indicator {
  /// Rolling z-score.
  public static let definition = IndicatorDefinition(
    "ZSCORE", .transform, "rolling z-score", parameters: [.period("timeperiod", 100)])

  private var window: WindowSpread

  /// Makes the score.
  public init(timePeriod: Int = 100) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) { window = WindowSpread(parameters.integer(0)) }

  /// Inputs before the first result.
  public var lookback: Int { window.length - 1 }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Double {
    let mean = window.push(value, commit: commit)
    let deviation = (window.squaredDeviations / Double(window.length - 1)).squareRoot()
    return deviation == 0 ? mean * 0 : (value - mean) / deviation
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() { window.makeUnique() }
}
