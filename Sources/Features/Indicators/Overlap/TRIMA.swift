import CKernels

/// Mean with weights that rise to the middle of the window and fall again; a window that holds a missing value gives NaN.
///
/// It is the simple mean of a simple mean.
public struct TRIMA: Indicator {
  /// TA-Lib's TRIMA.
  public static let definition = IndicatorDefinition(
    "TRIMA", .overlap, "triangular moving average", parameters: [.period("timeperiod", 30, from: 1)])

  private var inner: WindowSum
  private var outer: WindowSum
  private let inverse: Double

  /// Makes the indicator of TA-Lib's parameters.
  public init(timePeriod: Int = 30) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    let period = parameters.integer(0)
    inner = WindowSum((period + 1) / 2)
    outer = WindowSum(period / 2 + 1)
    inverse = 1 / (Double(inner.length) * Double(outer.length))
  }

  /// Inputs before the first result.
  public var lookback: Int { inner.length + outer.length - 2 }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Double {
    outer.push(inner.push(value, commit: commit), commit: commit) * inverse
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    inner.makeUnique()
    outer.makeUnique()
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(
      inputs, count, outputs, scratch: 1, writesOnce: true, isSteady: { $0.inner.isSteady && $0.outer.isSteady }
    ) {
      state, columns, count, results, scratch in
      let (y, means) = (results[0], scratch[0])
      state.inner.run(columns.first, count: count, into: means)
      state.outer.run(means, count: count, times: state.inverse, into: y)
    }
  }
}
