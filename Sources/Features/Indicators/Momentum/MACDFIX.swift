import CKernels

/// MACD whose means of 12 and 26 values have the weights 0.15 and 0.075 of Appel's first version.
public struct MACDFIX: Indicator {
  /// The results of a value.
  public struct Output: IndicatorOutput, Hashable {
    /// Fast less slow average.
    public var line: Double
    /// Average of the line.
    public var signal: Double
    /// Line less signal.
    public var histogram: Double

    /// Number of results.
    public static var count: Int { 3 }

    /// The results in TA-Lib's order.
    @inline(__always)
    public subscript(index: Int) -> Double { index == 0 ? line : (index == 1 ? signal : histogram) }
  }

  /// TA-Lib's MACDFIX.
  public static let definition = IndicatorDefinition(
    "MACDFIX", .momentum, "MACD with fixed weights 0.15 and 0.075", parameters: [.period("signalperiod", 9, from: 1)],
    outputs: ["macd", "macdsignal", "macdhist"], missing: .skipped)

  private var averages = ExponentialPair(12, 26, weights: (0.15, 0.075))
  private var signal: ExponentialAverage

  /// Makes the indicator of TA-Lib's parameters.
  public init(signalPeriod: Int = 9) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(signalPeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    signal = ExponentialAverage(parameters.integer(0))
  }

  /// Inputs before the first result.
  public var lookback: Int { averages.lookback + signal.period - 1 }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Output {
    let difference = averages.push(value)
    guard !difference.isNaN else { return Output(line: .nan, signal: .nan, histogram: .nan) }
    let mean = signal.pushFinite(difference)
    return Output(line: mean.isNaN ? .nan : difference, signal: mean, histogram: difference - mean)
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(inputs, count, outputs, scratch: 0, isSteady: { $0.averages.isSteady && $0.signal.isSteady }) {
      state, columns, count, results, _ in
      let (line, signal, histogram) = (results[0], results[1], results[2])
      state.averages.run(columns.first, count: count, into: line)
      state.signal.run(line, count: count, into: signal)
      kernel_subtract(line, signal, count, histogram)
    }
  }
}
