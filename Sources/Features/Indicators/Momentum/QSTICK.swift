import CKernels

/// Chande's Qstick: mean of close − open over n bars; a window that holds a missing price gives NaN.
public struct QSTICK: Indicator {
  /// TA-Lib's QSTICK.
  public static let definition = IndicatorDefinition(
    "QSTICK", .momentum, "Qstick", inputs: [.open, .close], parameters: [.period("timeperiod", 10, from: 1)])

  private var window: WindowSum
  private let inverse: Double

  /// Makes the indicator of TA-Lib's parameters.
  public init(timePeriod: Int = 10) throws(FeatureError) {
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
    window.push(bar.close - bar.open, commit: commit) * inverse
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    window.makeUnique()
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(inputs, count, outputs, scratch: 1, writesOnce: true, isSteady: { $0.window.isSteady }) {
      state, columns, count, results, scratch in
      let (y, body) = (results[0], scratch[0])
      kernel_subtract(columns.fourth, columns.first, count, body)
      state.window.run(body, count: count, times: state.inverse, into: y)
    }
  }
}
