import CKernels

/// Mean with weights 1 for the oldest to n for the newest value; a window that holds a missing value gives NaN.
public struct WMA: Indicator {
  /// TA-Lib's WMA.
  public static let definition = IndicatorDefinition(
    "WMA", .overlap, "weighted moving average", parameters: [.period("timeperiod", 30, from: 1)])

  private var window: WindowWeightedSum
  private let inverse: Double

  /// Makes the indicator of TA-Lib's parameters.
  public init(timePeriod: Int = 30) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    window = WindowWeightedSum(parameters.integer(0))
    inverse = 1 / triangle(window.length)
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
