import CKernels

/// Wilder's mean of the true range, started from the simple mean of the first n; a bar with a missing price is skipped.
///
/// With a period of 1 it is the true range. Source: Wilder (1978).
public struct ATR: Indicator {
  /// TA-Lib's ATR.
  public static let definition = IndicatorDefinition(
    "ATR", .volatility, "average true range", inputs: [.high, .low, .close],
    parameters: [.period("timeperiod", 14, from: 1)], missing: .skipped)

  private var range = TrueRange()
  private var average: ExponentialAverage

  /// Makes the indicator of TA-Lib's parameters.
  public init(timePeriod: Int = 14) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    average = ExponentialAverage(parameters.integer(0), wilder: true)
  }

  /// Inputs before the first result.
  public var lookback: Int { average.period }

  /// Takes a bar.
  @inline(__always)
  public mutating func update(_ bar: OHLCV, commit: Bool) -> Double {
    average.push(range.push(bar), inStepAt: (average.period + 1) & 7)
  }

  /// Runs over columns; results of long ones go past the caches.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInGroups(inputs, count, outputs, place: { $0.average.isSteady ? $0.average.place : nil }) {
      state, columns, count, results, past in
      let (high, low, close) = (columns.second, columns.third, columns.fourth)
      guard close[-1] == state.range.previousClose else { return 0 }
      let taken = state.average.withKernelSum { kernel_range_sums(high, low, close, count, $0, 0, past, results[0]) }
      state.range.previousClose = close[taken - 1]
      return taken
    }
  }
}
