/// 3·(e₁ − e₂) + e₃ of three exponential means in a row; a missing value is skipped.
///
/// Source: Mulloy, Technical Analysis of Stocks and Commodities 1/1994.
public struct TEMA: Indicator {
  /// TA-Lib's TEMA.
  public static let definition = IndicatorDefinition(
    "TEMA", .overlap, "triple exponential moving average", parameters: [.period("timeperiod", 30, from: 1)],
    missing: .skipped)

  private var first: ExponentialAverage
  private var second: ExponentialAverage
  private var third: ExponentialAverage

  /// Makes the indicator of TA-Lib's parameters.
  public init(timePeriod: Int = 30) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    first = ExponentialAverage(parameters.integer(0))
    second = first
    third = first
  }

  /// Inputs before the first result.
  public var lookback: Int { 3 * (first.period - 1) }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Double {
    let mean = first.push(value)
    let smooth = second.push(mean)
    return 3 * (mean - smooth) + third.push(smooth)
  }
}
