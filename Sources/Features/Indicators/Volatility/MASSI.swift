import CKernels

/// Mass index: sum over n bars of the ratio of an exponential mean of high − low to its own exponential mean.
///
/// The ratio is 1 where the range is 0. A bar with a missing price is skipped. Source: Dorsey (1992).
public struct MASSI: Indicator {
  /// TA-Lib's MASSI.
  public static let definition = IndicatorDefinition(
    "MASSI", .volatility, "mass index", inputs: [.high, .low],
    parameters: [.period("fastperiod", 9), .period("slowperiod", 25)], missing: .skipped)

  private var first: ExponentialAverage
  private var second: ExponentialAverage
  private var window: WindowSum

  /// Makes the indicator of TA-Lib's parameters.
  public init(fastPeriod: Int = 9, slowPeriod: Int = 25) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(fastPeriod), Double(slowPeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    first = ExponentialAverage(parameters.integer(0))
    second = ExponentialAverage(parameters.integer(0))
    window = WindowSum(parameters.integer(1))
  }

  /// Inputs before the first result.
  public var lookback: Int { 2 * (first.period - 1) + window.length - 1 }

  /// Takes a bar.
  @inline(__always)
  public mutating func update(_ bar: OHLCV, commit: Bool) -> Double {
    let mean = first.push(bar.high - bar.low)
    let smooth = second.push(mean)
    guard !smooth.isNaN else { return .nan }
    return window.push(smooth == 0 ? 1 : mean / smooth, commit: commit)
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    window.makeUnique()
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(
      inputs, count, outputs, scratch: 2, writesOnce: true, isSteady: { $0.second.isSteady && $0.window.isSteady }
    ) {
      state, columns, count, results, scratch in
      let (smooth, mean) = (scratch[1], scratch[0])
      kernel_subtract(columns.second, columns.third, count, mean)
      state.first.run(mean, count: count, into: mean)
      state.second.run(mean, count: count, into: smooth)
      kernel_ratio_or(mean, smooth, 1, count, smooth)
      state.window.run(smooth, count: count, into: results[0])
    }
  }
}
