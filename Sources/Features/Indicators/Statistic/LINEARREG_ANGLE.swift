import CKernels

/// Angle in degrees of the least-squares line through the last n values; a window that holds a missing value gives NaN.
public struct LINEARREG_ANGLE: Indicator {
  /// TA-Lib's LINEARREG_ANGLE.
  public static let definition = IndicatorDefinition(
    "LINEARREG_ANGLE", .statistic, "linear regression angle", parameters: [.period("timeperiod", 14)],
    isHomogeneous: false)

  private var line: WindowLine

  /// Makes the indicator of TA-Lib's parameters.
  public init(timePeriod: Int = 14) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    line = WindowLine(parameters.integer(0))
  }

  /// Inputs before the first result.
  public var lookback: Int { line.length - 1 }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Double {
    line.push(value, commit: commit)
    return kernel_apply_one(Int32(kernel_atan.rawValue), line.slope) * (180 / .pi)
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    line.makeUnique()
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(inputs, count, outputs, scratch: 1, isSteady: { $0.line.isSteady }) {
      state, columns, count, results, scratch in
      let y = results[0]
      state.line.run(columns.first, count: count, at: nil, into: y, sums: scratch[0])
      kernel_apply(Int32(kernel_atan.rawValue), y, count, y)
      kernel_scale(y, 180 / .pi, count)
    }
  }
}
