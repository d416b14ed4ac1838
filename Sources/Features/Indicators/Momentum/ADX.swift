/// Wilder's mean of DX, started from the simple mean of the first n; a bar without direction changes nothing.
///
/// A bar with a missing price is skipped. Source: Wilder (1978).
public struct ADX: Indicator {
  /// TA-Lib's ADX.
  public static let definition = IndicatorDefinition(
    "ADX", .momentum, "average directional movement index", inputs: [.high, .low, .close],
    parameters: [.period("timeperiod", 14)], missing: .skipped)

  private var average: DirectionalAverage

  /// Makes the indicator of TA-Lib's parameters.
  public init(timePeriod: Int = 14) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    average = DirectionalAverage(parameters.integer(0))
  }

  /// Inputs before the first result.
  public var lookback: Int { average.lookback }

  /// Takes a bar.
  @inline(__always)
  public mutating func update(_ bar: OHLCV, commit: Bool) -> Double {
    average.push(bar)
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(inputs, count, outputs, scratch: 2, isSteady: { $0.average.isSteady }) {
      state, columns, count, results, scratch in
      state.average.run(columns, count: count, into: results[0], scratch)
    }
  }
}
