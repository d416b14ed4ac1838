import CKernels

/// Williams' awesome oscillator: difference of two simple means of the median price; a missing price in a window gives NaN.
///
/// Source: Williams, "New Trading Dimensions" (1998).
public struct AO: Indicator {
  /// TA-Lib's AO.
  public static let definition = IndicatorDefinition(
    "AO", .momentum, "awesome oscillator", inputs: [.high, .low],
    parameters: [.period("fastperiod", 5), .period("slowperiod", 34)])

  private var difference: MeanDifference

  /// Makes the indicator of TA-Lib's parameters.
  public init(fastPeriod: Int = 5, slowPeriod: Int = 34) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(fastPeriod), Double(slowPeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    difference = MeanDifference(parameters.integer(0), parameters.integer(1))
  }

  /// Inputs before the first result.
  public var lookback: Int { difference.lookback }

  /// Takes a bar.
  @inline(__always)
  public mutating func update(_ bar: OHLCV, commit: Bool) -> Double {
    difference.push((bar.high + bar.low) / 2, commit: commit)
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    difference.makeUnique()
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(inputs, count, outputs, scratch: 2, writesOnce: true, isSteady: { $0.difference.isSteady }) {
      state, columns, count, results, scratch in
      let (y, median, slow) = (results[0], scratch[0], scratch[1])
      kernel_add(columns.second, columns.third, 0.5, count, median)
      state.difference.run(median, count: count, into: y, scratch: slow)
    }
  }
}
