/// Exponential mean of 2x − x[(n − 1)/2]; a missing value gives NaN, then and where it is the lagged one, and is skipped.
///
/// Source: Ehlers and Way (2010).
public struct ZLEMA: Indicator {
  /// TA-Lib's ZLEMA.
  public static let definition = IndicatorDefinition(
    "ZLEMA", .overlap, "zero-lag exponential moving average", parameters: [.period("timeperiod", 30, from: 1)],
    missing: .recovers)

  private var lag: Lag
  private let hasLag: Bool
  private var average: ExponentialAverage

  /// Makes the indicator of TA-Lib's parameters.
  public init(timePeriod: Int = 30) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    let period = parameters.integer(0)
    hasLag = period > 2
    lag = Lag(max(1, (period - 1) / 2))
    average = ExponentialAverage(period)
  }

  /// Inputs before the first result.
  public var lookback: Int { (hasLag ? lag.length : 0) + average.period - 1 }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Double {
    let before = lag.push(value, commit: commit)
    return average.push(hasLag ? 2 * value - before : value)
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    lag.makeUnique()
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(
      inputs, count, outputs, scratch: 0, isSteady: { $0.average.isSteady && !$0.lag.hasMissing && $0.hasLag }
    ) {
      state, columns, count, results, _ in
      let (y, x) = (results[0], columns.first)
      state.lag.run(x, count: count) { start, count, before in
        for row in 0..<count { y[start + row] = 2 * x[start + row] - before[row] }
      }
      state.average.run(y, count: count, into: y)
    }
  }
}
