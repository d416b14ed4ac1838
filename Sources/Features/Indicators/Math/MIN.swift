/// Smallest of the last n values; a window that holds a missing value gives NaN.
public struct MIN: Indicator {
  /// TA-Lib's MIN.
  public static let definition = IndicatorDefinition(
    "MIN", .mathOperator, "smallest value of a window", parameters: [.period("timeperiod", 30)])

  private var window: WindowExtremum

  /// Makes the indicator of TA-Lib's parameters.
  public init(timePeriod: Int = 30) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    window = WindowExtremum(parameters.integer(0), smallest: true)
  }

  /// Inputs before the first result.
  public var lookback: Int { window.length - 1 }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Double {
    window.push(value, commit: commit)
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    window.makeUnique()
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(inputs, count, outputs, scratch: 0, writesOnce: true, isSteady: { $0.window.isSteady }) {
      state, columns, count, results, _ in
      state.window.run(columns.first, count: count, into: results[0])
    }
  }
}
