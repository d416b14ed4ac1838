import CKernels

/// The value n/2 + 1 inputs ago less the mean of the last n; a window that holds a missing value gives NaN.
public struct DPO: Indicator {
  /// TA-Lib's DPO.
  public static let definition = IndicatorDefinition(
    "DPO", .momentum, "detrended price oscillator", parameters: [.period("timeperiod", 20)])

  private var lag: Lag
  private var window: WindowSum
  private let inverse: Double

  /// Makes the indicator of TA-Lib's parameters.
  public init(timePeriod: Int = 20) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    lag = Lag(parameters.integer(0) / 2 + 1)
    window = WindowSum(parameters.integer(0))
    inverse = 1 / Double(window.length)
  }

  /// Inputs before the first result.
  public var lookback: Int { max(window.length - 1, lag.length) }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Double {
    lag.push(value, commit: commit) - window.push(value, commit: commit) * inverse
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    lag.makeUnique()
    window.makeUnique()
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(
      inputs, count, outputs, scratch: 1, writesOnce: true, isSteady: { $0.window.isSteady && !$0.lag.hasMissing }
    ) {
      state, columns, count, results, scratch in
      let (y, x, sums) = (results[0], columns.first, scratch[0])
      state.window.run(x, count: count, times: state.inverse, into: sums)
      state.lag.run(x, count: count) { start, count, before in
        kernel_subtract(before, sums + start, count, y + start)
      }
    }
  }
}
