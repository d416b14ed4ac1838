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

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(inputs, count, outputs, scratch: 1, isSteady: { $0.second.isSteady }) {
      state, columns, count, results, scratch in
      let (y, smooth) = (results[0], scratch[0])
      state.first.run(columns.first, count: count, into: y)
      state.second.run(y, count: count, into: smooth)
      for row in 0..<count { y[row] = 2 * y[row] - smooth[row] }
    }
  }
}
