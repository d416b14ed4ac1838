import CKernels

/// Difference, in percent, of a value from the forecast that the line through the n values before it made; 0 for a value 0.
///
/// A window that holds a missing value gives NaN. Source: Chande and Kroll (1994).
public struct FOSC: Indicator {
  /// TA-Lib's FOSC.
  public static let definition = IndicatorDefinition(
    "FOSC", .momentum, "forecast oscillator", parameters: [.period("timeperiod", 5)])

  private var line: WindowLine
  private var forecast = Held()

  /// Makes the indicator of TA-Lib's parameters.
  public init(timePeriod: Int = 5) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    line = WindowLine(parameters.integer(0))
  }

  /// Inputs before the first result.
  public var lookback: Int { line.length }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Double {
    let expected = forecast.value
    line.push(value, commit: commit)
    forecast.value = line.value(at: Double(line.length))
    return value == 0 ? expected * 0 + 0 : 100 * (value - expected) / value
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    line.makeUnique()
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(inputs, count, outputs, scratch: 2, isSteady: { $0.line.isSteady && $0.forecast.value.isNumber }) {
      state, columns, count, results, scratch in
      let (y, x, forecasts) = (results[0], columns.first, scratch[0])
      state.line.run(x, count: count, at: Double(state.line.length), into: forecasts, sums: scratch[1])
      kernel_forecast_error(x, &state.forecast.value, 1, y)
      kernel_forecast_error(x + 1, forecasts, count - 1, y + 1)
      state.forecast.value = forecasts[count - 1]
    }
  }
}
