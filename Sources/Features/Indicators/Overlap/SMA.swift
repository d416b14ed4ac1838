import CKernels

/// Mean of the last n values; a window that holds a missing value gives NaN.
public struct SMA: Indicator {
  /// TA-Lib's SMA.
  public static let definition = IndicatorDefinition(
    "SMA", .overlap, "simple moving average", parameters: [.period("timeperiod", 30, from: 1)])

  private var window: WindowSum
  private let inverse: Double

  /// Makes the indicator of TA-Lib's parameters.
  public init(timePeriod: Int = 30) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    window = WindowSum(parameters.integer(0))
    inverse = 1 / Double(window.length)
  }

  /// Inputs before the first result.
  public var lookback: Int { window.length - 1 }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Double {
    window.push(value, commit: commit) * inverse
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    window.makeUnique()
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(inputs, count, outputs, scratch: 0, writesOnce: true, isSteady: { $0.window.isSteady }) {
      state, columns, count, results, _ in
      state.window.run(columns.first, count: count, times: state.inverse, into: results[0])
    }
  }
}
