/// Mean absolute deviation of the last n values from their mean; a window that holds a missing value gives NaN.
///
/// O(n) a value, as by its definition.
public struct AVGDEV: Indicator {
  /// TA-Lib's AVGDEV.
  public static let definition = IndicatorDefinition(
    "AVGDEV", .price, "average deviation", parameters: [.period("timeperiod", 14)])

  private var window: WindowDeviation

  /// Makes the indicator of TA-Lib's parameters.
  public init(timePeriod: Int = 14) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    window = WindowDeviation(parameters.integer(0))
  }

  /// Inputs before the first result.
  public var lookback: Int { window.length - 1 }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Double {
    window.push(value, commit: commit)
    return window.meanDeviation
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    window.makeUnique()
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(inputs, count, outputs, scratch: 1, isSteady: { $0.window.isSteady }) {
      state, columns, count, results, scratch in
      state.window.run(columns.first, count: count, means: scratch[0], deviations: results[0])
    }
  }
}
