/// 3·(e₁ − e₂) + e₃ of three exponential means in a row; a missing value is skipped.
///
/// Source: Mulloy, Technical Analysis of Stocks and Commodities 1/1994.
public struct TEMA: Indicator {
  /// TA-Lib's TEMA.
  public static let definition = IndicatorDefinition(
    "TEMA", .overlap, "triple exponential moving average", parameters: [.period("timeperiod", 30, from: 1)],
    missing: .skipped)

  private var first: ExponentialAverage
  private var second: ExponentialAverage
  private var third: ExponentialAverage

  /// Makes the indicator of TA-Lib's parameters.
  public init(timePeriod: Int = 30) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    first = ExponentialAverage(parameters.integer(0))
    second = first
    third = first
  }

  /// Inputs before the first result.
  public var lookback: Int { 3 * (first.period - 1) }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Double {
    let mean = first.push(value)
    let smooth = second.push(mean)
    return 3 * (mean - smooth) + third.push(smooth)
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(inputs, count, outputs, scratch: 2, isSteady: { $0.third.isSteady }) {
      state, columns, count, results, scratch in
      let (y, smooth, smoother) = (results[0], scratch[0], scratch[1])
      state.first.run(columns.first, count: count, into: y)
      state.second.run(y, count: count, into: smooth)
      state.third.run(smooth, count: count, into: smoother)
      for row in 0..<count { y[row] = 3 * (y[row] - smooth[row]) + smoother[row] }
    }
  }
}
