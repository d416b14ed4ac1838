import CKernels

/// Change in percent of a value smoothed by three exponential means in a row; a missing value gives NaN and is skipped.
///
/// Source: Hutson (1983).
public struct TRIX: Indicator {
  /// TA-Lib's TRIX.
  public static let definition = IndicatorDefinition(
    "TRIX", .momentum, "rate of change of a triple exponential mean", parameters: [.period("timeperiod", 30, from: 1)],
    missing: .skipped)

  private var first: ExponentialAverage
  private var second: ExponentialAverage
  private var third: ExponentialAverage
  private var previous = 0.0
  private var hasPrevious = false

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
  public var lookback: Int { 3 * (first.period - 1) + 1 }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Double {
    let mean = third.push(second.push(first.push(value)))
    guard !mean.isNaN else { return .nan }
    let before = hasPrevious ? previous : .nan
    previous = mean
    hasPrevious = true
    return before == 0 ? 0 : (mean / before - 1) * 100
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(inputs, count, outputs, scratch: 1, isSteady: { $0.third.isSteady && $0.hasPrevious }) {
      state, columns, count, results, scratch in
      let (y, means) = (results[0], scratch[0])
      state.first.run(columns.first, count: count, into: means)
      state.second.run(means, count: count, into: means)
      state.third.run(means, count: count, into: means)
      y[0] = state.previous == 0 ? 0 : (means[0] / state.previous - 1) * 100
      kernel_changes(means + 1, means, Int32(kernel_percent.rawValue), count - 1, y + 1)
      state.previous = means[count - 1]
    }
  }
}
