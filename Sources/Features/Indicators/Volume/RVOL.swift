import CKernels

/// Volume divided by the mean volume of the n bars before; a window that holds a missing volume gives NaN.
public struct RVOL: Indicator {
  /// TA-Lib's RVOL.
  public static let definition = IndicatorDefinition(
    "RVOL", .volume, "relative volume", inputs: [.volume], parameters: [.period("timeperiod", 20, from: 1)])

  private var window: WindowSum
  private let count: Double
  private var previous = Held()

  /// Makes the indicator of TA-Lib's parameters.
  public init(timePeriod: Int = 20) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    window = WindowSum(parameters.integer(0))
    count = parameters.values[0]
  }

  /// Inputs before the first result.
  public var lookback: Int { window.length }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Double {
    let mean = previous.value / count
    previous.value = window.push(value, commit: commit)
    return value / mean
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    window.makeUnique()
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(inputs, count, outputs, scratch: 1, isSteady: { $0.window.isSteady && $0.previous.value.isNumber }) {
      state, columns, count, results, scratch in
      let (y, x, sums) = (results[0], columns.first, scratch[0])
      state.window.run(x, count: count, into: sums)
      let divisor = state.count
      y[0] = x[0] / (state.previous.value / divisor)
      kernel_ratio_to_mean(x + 1, sums, divisor, count - 1, y + 1)
      state.previous.value = sums[count - 1]
    }
  }
}
