import CKernels

/// Elder's bull and bear power: high and low less the exponential mean of the close; a bar with a missing price is skipped.
public struct ERI: Indicator {
  /// The results of a bar.
  public struct Output: IndicatorOutput, Hashable {
    /// High less the mean.
    public var bullPower: Double
    /// Low less the mean.
    public var bearPower: Double

    /// Number of results.
    public static var count: Int { 2 }

    /// The results in TA-Lib's order.
    @inline(__always)
    public subscript(index: Int) -> Double { index == 0 ? bullPower : bearPower }
  }

  /// TA-Lib's ERI.
  public static let definition = IndicatorDefinition(
    "ERI", .momentum, "Elder ray", inputs: [.high, .low, .close], parameters: [.period("timeperiod", 13, from: 1)],
    outputs: ["bullpower", "bearpower"], missing: .skipped)

  private var average: ExponentialAverage

  /// Makes the indicator of TA-Lib's parameters.
  public init(timePeriod: Int = 13) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    average = ExponentialAverage(parameters.integer(0))
  }

  /// Inputs before the first result.
  public var lookback: Int { average.period - 1 }

  /// Takes a bar.
  @inline(__always)
  public mutating func update(_ bar: OHLCV, commit: Bool) -> Output {
    guard (bar.high + bar.low).isNumber else { return Output(bullPower: .nan, bearPower: .nan) }
    let mean = average.push(bar.close)
    return Output(bullPower: bar.high - mean, bearPower: bar.low - mean)
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(inputs, count, outputs, scratch: 1, writesOnce: true, isSteady: { $0.average.isSteady }) {
      state, columns, count, results, scratch in
      let (mean, bull, bear) = (scratch[0], results[0], results[1])
      state.average.run(columns.fourth, count: count, into: mean)
      kernel_subtract(columns.second, mean, count, bull)
      kernel_subtract(columns.third, mean, count, bear)
    }
  }
}
