/// Twice an exponential mean less its own exponential mean; a missing value is skipped.
///
/// Source: Mulloy, Technical Analysis of Stocks and Commodities 2/1994.
public struct DEMA: Indicator {
  /// TA-Lib's DEMA.
  public static let definition = IndicatorDefinition(
    "DEMA", .overlap, "double exponential moving average", parameters: [.period("timeperiod", 30, from: 1)],
    missing: .skipped)

  private var first: ExponentialAverage
  private var second: ExponentialAverage

  /// Makes the indicator of TA-Lib's parameters.
  public init(timePeriod: Int = 30) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    first = ExponentialAverage(parameters.integer(0))
    second = first
  }

  /// Inputs before the first result.
  public var lookback: Int { 2 * (first.period - 1) }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Double {
    let mean = first.push(value)
    return 2 * mean - second.push(mean)
  }
}
