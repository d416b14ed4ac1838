/// Moving average whose period is a second column, kept within `minperiod` and `maxperiod` and cut to a whole number.
///
/// All results start where the average of the longest period does. A missing period gives NaN. Every bar costs
/// as much as the longest window, or, for other kinds than the simple mean, as all periods together.
public struct MAVP: Indicator {
  /// TA-Lib's MAVP.
  public static let definition = IndicatorDefinition(
    "MAVP", .overlap, "moving average of a period that varies", inputs: [.real, .real1],
    parameters: [.period("minperiod", 2, from: 1), .period("maxperiod", 30), .average("matype", .sma)],
    isHomogeneous: false)

  private var averages: AverageBank

  /// Makes the indicator of TA-Lib's parameters.
  public init(leastPeriod: Int = 2, greatestPeriod: Int = 30, averageType: MovingAverageType = .sma)
    throws(FeatureError)
  {
    try self.init(
      parameters: IndicatorParameters(
        [Double(leastPeriod), Double(greatestPeriod), Double(averageType.rawValue)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) throws(FeatureError) {
    let range = (parameters.integer(0), parameters.integer(1))
    guard range.0 <= range.1 else {
      throw FeatureError(
        .invalidOption, "MAVP: minperiod is \(range.0) and maxperiod \(range.1); minperiod must not be larger")
    }
    averages = AverageBank(range.0...range.1, parameters.average(2))
  }

  /// Inputs before the first result.
  public var lookback: Int { averages.lookback }

  /// Takes a pair.
  @inline(__always)
  public mutating func update(_ pair: ValuePair, commit: Bool) -> Double {
    averages.push(pair.first, period: pair.second, commit: commit)
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    averages.makeUnique()
  }
}
