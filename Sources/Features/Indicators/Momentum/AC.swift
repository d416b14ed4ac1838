import CKernels

/// Williams' accelerator: the awesome oscillator less its own simple mean; a missing price in a window gives NaN.
///
/// Source: Williams, "New Trading Dimensions" (1998).
public struct AC: Indicator {
  /// TA-Lib's AC.
  public static let definition = IndicatorDefinition(
    "AC", .momentum, "accelerator oscillator", inputs: [.high, .low],
    parameters: [.period("fastperiod", 5), .period("slowperiod", 34), .period("signalperiod", 5)])

  private var difference: MeanDifference
  private var signal: WindowSum
  private let inverse: Double

  /// Makes the indicator of TA-Lib's parameters.
  public init(fastPeriod: Int = 5, slowPeriod: Int = 34, signalPeriod: Int = 5) throws(FeatureError) {
    try self.init(
      parameters: IndicatorParameters(
        [Double(fastPeriod), Double(slowPeriod), Double(signalPeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    difference = MeanDifference(parameters.integer(0), parameters.integer(1))
    signal = WindowSum(parameters.integer(2))
    inverse = 1 / Double(signal.length)
  }

  /// Inputs before the first result.
  public var lookback: Int { difference.lookback + signal.length - 1 }

  /// Takes a bar.
  @inline(__always)
  public mutating func update(_ bar: OHLCV, commit: Bool) -> Double {
    let value = difference.push((bar.high + bar.low) / 2, commit: commit)
    return value - signal.push(value, commit: commit) * inverse
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    difference.makeUnique()
    signal.makeUnique()
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(
      inputs, count, outputs, scratch: 3, writesOnce: true, isSteady: { $0.difference.isSteady && $0.signal.isSteady }
    ) {
      state, columns, count, results, scratch in
      let (y, median, slow, line) = (results[0], scratch[0], scratch[1], scratch[2])
      kernel_add(columns.second, columns.third, 0.5, count, median)
      state.difference.run(median, count: count, into: line, scratch: slow)
      state.signal.run(line, count: count, times: state.inverse, into: slow)
      kernel_subtract(line, slow, count, y)
    }
  }
}
