/// Number, from 0 at the first input, of the smallest of the last n values; ties as in TA-Lib.
///
/// Of equal ones a newer takes over when it comes; when the place leaves the window the oldest of the equal ones follows.
///
/// A window that holds a missing value gives NaN.
public struct MININDEX: Indicator {
  /// TA-Lib's MININDEX.
  public static let definition = IndicatorDefinition(
    "MININDEX", .mathOperator, "place of the smallest value of a window", parameters: [.period("timeperiod", 30)],
    missing: .recovers)

  private var window: WindowPlace

  /// Makes the indicator of TA-Lib's parameters.
  public init(timePeriod: Int = 30) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    window = WindowPlace(parameters.integer(0), smallest: true)
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
    runInChunks(inputs, count, outputs, scratch: 1, isSteady: { $0.window.isSteady }) {
      state, columns, count, results, scratch in
      state.window.run(columns.first, count: count, into: results[0], extrema: scratch[0])
    }
  }
}
