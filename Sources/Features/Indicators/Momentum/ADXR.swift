/// Mean of ADX and of ADX n − 1 bars before; a bar with a missing price is skipped.
///
/// Source: Wilder (1978).
public struct ADXR: Indicator {
  /// TA-Lib's ADXR.
  public static let definition = IndicatorDefinition(
    "ADXR", .momentum, "average directional movement rating", inputs: [.high, .low, .close],
    parameters: [.period("timeperiod", 14)], missing: .skipped)

  private var average: DirectionalAverage
  private var lag: Lag

  /// Makes the indicator of TA-Lib's parameters.
  public init(timePeriod: Int = 14) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    average = DirectionalAverage(parameters.integer(0))
    lag = Lag(parameters.integer(0) - 1)
  }

  /// Inputs before the first result.
  public var lookback: Int { average.lookback + lag.length }

  /// Takes a bar.
  @inline(__always)
  public mutating func update(_ bar: OHLCV, commit: Bool) -> Double {
    let index = average.push(bar)
    guard !index.isNaN else { return .nan }
    return (index + lag.push(index, commit: commit)) / 2
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    lag.makeUnique()
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(inputs, count, outputs, scratch: 3, isSteady: { $0.average.isSteady && !$0.lag.hasMissing }) {
      state, columns, count, results, scratch in
      let (y, index) = (results[0], scratch[2])
      state.average.run(columns, count: count, into: index, scratch)
      state.lag.run(index, count: count) { start, count, before in
        for row in 0..<count { y[start + row] = (index[start + row] + before[row]) / 2 }
      }
    }
  }
}
