import CKernels

/// `nbdev` population standard deviations of the last n values; a window that holds a missing value gives NaN.
public struct STDDEV: Indicator {
  /// TA-Lib's STDDEV.
  public static let definition = IndicatorDefinition(
    "STDDEV", .statistic, "standard deviation", parameters: [.period("timeperiod", 5), .number("nbdev", 1.0)])

  private var window: WindowSpread
  private let inverse: Double
  private let factor: Double

  /// Makes the indicator of TA-Lib's parameters.
  public init(timePeriod: Int = 5, deviations: Double = 1.0) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod), deviations], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    window = WindowSpread(parameters.integer(0))
    inverse = 1 / Double(window.length)
    factor = parameters.values[1]
  }

  /// Inputs before the first result.
  public var lookback: Int { window.length - 1 }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Double {
    let mean = window.push(value, commit: commit)
    return mean.isNaN ? .nan : (window.squaredDeviations * inverse).squareRoot() * factor
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    window.makeUnique()
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(inputs, count, outputs, scratch: 1, isSteady: { $0.window.isSteady }) {
      state, columns, count, results, scratch in
      let y = results[0]
      state.window.run(columns.first, count: count, sums: scratch[0], squares: y)
      kernel_deviation(y, state.inverse, state.factor, count, y)
    }
  }
}
