/// Weighted mean of the sum of two rates of change; a window that holds a missing value gives NaN.
///
/// Source: Coppock (1962).
public struct COPPOCK: Indicator {
  /// TA-Lib's COPPOCK.
  public static let definition = IndicatorDefinition(
    "COPPOCK", .momentum, "Coppock curve",
    parameters: [
      .period("wmaperiod", 10, from: 1), .period("roc1period", 11, from: 1), .period("roc2period", 14, from: 1),
    ])

  private var first: Lag
  private var second: Lag
  private var window: WindowWeightedSum
  private let divisor: Double

  /// Makes the indicator of TA-Lib's parameters.
  public init(averagePeriod: Int = 10, firstPeriod: Int = 11, secondPeriod: Int = 14) throws(FeatureError) {
    try self.init(
      parameters: IndicatorParameters(
        [Double(averagePeriod), Double(firstPeriod), Double(secondPeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    first = Lag(parameters.integer(1))
    second = Lag(parameters.integer(2))
    window = WindowWeightedSum(parameters.integer(0))
    divisor = triangle(window.length)
  }

  /// Inputs before the first result.
  public var lookback: Int { max(first.length, second.length) + window.length - 1 }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Double {
    let change = rateOfChange(value, first.push(value, commit: commit))
    let other = rateOfChange(value, second.push(value, commit: commit))
    return window.push(change + other, commit: commit) / divisor
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    first.makeUnique()
    second.makeUnique()
    window.makeUnique()
  }
}
