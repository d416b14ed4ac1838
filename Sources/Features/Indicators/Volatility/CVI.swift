import CKernels

/// Chaikin's volatility: change in percent, over `rocperiod` bars, of the exponential mean of high − low.
///
/// A bar with a missing price is skipped. Source: Achelis, "Technical Analysis from A to Z".
public struct CVI: Indicator {
  /// TA-Lib's CVI.
  public static let definition = IndicatorDefinition(
    "CVI", .volatility, "Chaikin's volatility", inputs: [.high, .low],
    parameters: [.period("timeperiod", 10), .period("rocperiod", 10, from: 1)], missing: .skipped)

  private var average: ExponentialAverage
  private var lag: Lag

  /// Makes the indicator of TA-Lib's parameters.
  public init(timePeriod: Int = 10, changePeriod: Int = 10) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod), Double(changePeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    average = ExponentialAverage(parameters.integer(0))
    lag = Lag(parameters.integer(1))
  }

  /// Inputs before the first result.
  public var lookback: Int { average.period - 1 + lag.length }

  /// Takes a bar.
  @inline(__always)
  public mutating func update(_ bar: OHLCV, commit: Bool) -> Double {
    let mean = average.push(bar.high - bar.low)
    guard !mean.isNaN else { return .nan }
    let before = lag.push(mean, commit: commit)
    return before == 0 ? 0 : (mean - before) / before * 100
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    lag.makeUnique()
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(inputs, count, outputs, scratch: 1, isSteady: { $0.average.isSteady && !$0.lag.hasMissing }) {
      state, columns, count, results, scratch in
      let (y, mean) = (results[0], scratch[0])
      kernel_subtract(columns.second, columns.third, count, mean)
      state.average.run(mean, count: count, into: mean)
      state.lag.run(mean, count: count) { start, count, before in
        kernel_changes(mean + start, before, Int32(kernel_fraction.rawValue), count, y + start)
      }
      kernel_scale(y, 100, count)
    }
  }
}
