/// Fast less slow moving average in percent of the slow one; 0 where that is 0.
///
/// Each average starts with the first value.
public struct PPO: Indicator {
  /// TA-Lib's PPO.
  public static let definition = IndicatorDefinition(
    "PPO", .momentum, "percentage price oscillator",
    parameters: [.period("fastperiod", 12), .period("slowperiod", 26), .average("matype", .ema)], missing: .skipped)

  private var averages: AveragePair

  /// Makes the indicator of TA-Lib's parameters.
  public init(fastPeriod: Int = 12, slowPeriod: Int = 26, averageType: MovingAverageType = .ema) throws(FeatureError) {
    try self.init(
      parameters: IndicatorParameters(
        [Double(fastPeriod), Double(slowPeriod), Double(averageType.rawValue)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    averages = AveragePair(
      fast: (parameters.integer(0), parameters.average(2)), slow: (parameters.integer(1), parameters.average(2)))
  }

  /// Inputs before the first result.
  public var lookback: Int { averages.lookback }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Double {
    averages.push(value, commit: commit)
    return averages.percentage
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    averages.makeUnique()
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(inputs, count, outputs, scratch: 1, isSteady: { $0.averages.isSteady }) {
      state, columns, count, results, scratch in
      state.averages.runPercentages(columns.first, count: count, into: results[0], scratch: scratch[0])
    }
  }
}
