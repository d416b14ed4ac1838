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
    // In step, so that over columns both means go through a block together.
    let mean = first.push(bar.high - bar.low, inStepAt: first.period & 7)
    let smooth = second.push(mean, inStepAt: first.place)
    guard !smooth.isNaN else { return .nan }
    return window.push(smooth == 0 ? 1 : mean / smooth, commit: commit)
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    window.makeUnique()
  }

  /// Runs over columns, the ratios chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: min(count, 4096)) { ratios in
      guard let ratio = ratios.baseAddress else { return }
      runInGroups(
        inputs, count, outputs, place: { $0.second.isSteady && $0.window.isSteady ? $0.second.place : nil }
      ) {
        state, columns, count, results, past in
        var means = [state.first, state.second]
        var start = 0
        while start < count {
          let most = min(4096, count - start)
          let (high, low) = (columns.second + start, columns.third + start)
          let taken = ExponentialAverage.withKernelSums(&means) { kernel_range_ratios(high, low, most, $0, ratio) }
          var result: UnsafePointer<Double>? = UnsafePointer(results[0] + start)
          kernel_plan_ahead(nil, 0, &result, 1, taken, 0, past)
          state.window.run(ratio, count: taken, into: results[0] + start)
          start += taken
          if taken < most { break }
        }
        kernel_plan_ahead(nil, 0, nil, 0, 0, 0, 0)
        (state.first, state.second) = (means[0], means[1])
        return start
      }
    }
  }
}
