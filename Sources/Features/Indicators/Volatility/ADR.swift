import CKernels

/// Mean of high − low over n bars; a window that holds a missing price gives NaN.
public struct ADR: Indicator {
  /// TA-Lib's ADR.
  public static let definition = IndicatorDefinition(
    "ADR", .volatility, "average daily range", inputs: [.high, .low], parameters: [.period("timeperiod", 14, from: 1)])

  private var window: WindowSum
  private let inverse: Double

  /// Makes the indicator of TA-Lib's parameters.
  public init(timePeriod: Int = 14) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    window = WindowSum(parameters.integer(0))
    inverse = 1 / Double(window.length)
  }

  /// Inputs before the first result.
  public var lookback: Int { window.length - 1 }

  /// Takes a bar.
  @inline(__always)
  public mutating func update(_ bar: OHLCV, commit: Bool) -> Double {
    window.push(bar.high - bar.low, commit: commit) * inverse
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    window.makeUnique()
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(inputs, count, outputs, scratch: 1, writesOnce: true, isSteady: { $0.window.isSteady }) {
      state, columns, count, results, scratch in
      let (y, range) = (results[0], scratch[0])
      kernel_subtract(columns.second, columns.third, count, range)
      state.window.run(range, count: count, times: state.inverse, into: y)
    }
  }
}
