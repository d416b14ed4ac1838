/// A value kept between two percentiles, by nearest rank, of the last n, itself among them.
///
/// A window that holds a missing value gives NaN.
public struct WINSORIZE: Indicator {
  /// Rolling winsorising.
  public static let definition = IndicatorDefinition(
    "WINSORIZE", .transform, "value kept between rolling percentiles",
    parameters: [.period("timeperiod", 100), .number("lower", 5, in: 0...50), .number("upper", 95, in: 50...100)])

  private var lower: PERCENTILE
  private var upper: PERCENTILE

  /// Makes the transform.
  public init(timePeriod: Int = 100, lower: Double = 5, upper: Double = 95) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod), lower, upper], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) throws(FeatureError) {
    let period = parameters.integer(0)
    lower = try PERCENTILE(timePeriod: period, percentile: parameters.values[1])
    upper = try PERCENTILE(timePeriod: period, percentile: parameters.values[2])
  }

  /// Inputs before the first result.
  public var lookback: Int { lower.lookback }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Double {
    let least = lower.update(value, commit: commit)
    let most = upper.update(value, commit: commit)
    return least.isNaN ? .nan : smaller(larger(value, least), most)
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    lower.makeUnique()
    upper.makeUnique()
  }
}
