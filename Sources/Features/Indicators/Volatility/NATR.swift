import CKernels

/// ATR in percent of the close; a bar with a missing price is skipped.
///
/// Source: Forman, "Cross-market evaluations with normalized average true range" (2006).
public struct NATR: Indicator {
  /// TA-Lib's NATR.
  public static let definition = IndicatorDefinition(
    "NATR", .volatility, "normalised average true range", inputs: [.high, .low, .close],
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
    let mean = average.push(range.push(bar))
    // As in TA-Lib the plain range with a period of 1.
    if average.period == 1 { return mean }
    return bar.close == 0 ? (mean.isNaN ? mean : 0) : mean / bar.close * 100
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(
      inputs, count, outputs, scratch: 1, writesOnce: true, isSteady: { $0.average.isSteady && $0.average.period > 1 }
    ) {
      state, columns, count, results, scratch in
      let (y, range) = (results[0], scratch[0])
      let (high, low, close) = (columns.second, columns.third, columns.fourth)
      state.range.run(high, low, close, count: count, into: range)
      state.average.run(range, count: count, into: range)
      kernel_divide_columns(range, close, 100, count, y)
    }
  }
}
