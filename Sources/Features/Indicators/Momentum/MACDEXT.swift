import CKernels

/// MACD with a kind of moving average for each of its three lines.
///
/// The slow average is the longer, whichever is given first; both start at its first value. A window that holds a missing
/// value gives NaN; recursive averages skip it.
public struct MACDEXT: Indicator {
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

  /// TA-Lib's MACDEXT.
  public static let definition = IndicatorDefinition(
    "MACDEXT", .momentum, "MACD with chosen moving averages",
    parameters: [
      .period("fastperiod", 12), .average("fastmatype", .sma), .period("slowperiod", 26), .average("slowmatype", .sma),
      .period("signalperiod", 9, from: 1), .average("signalmatype", .sma),
    ], outputs: ["macd", "macdsignal", "macdhist"])

  private var averages: AveragePair
  private var signal: MovingAverage

  /// Makes the indicator of TA-Lib's parameters.
  public init(
    fastPeriod: Int = 12, fastType: MovingAverageType = .sma, slowPeriod: Int = 26, slowType: MovingAverageType = .sma,
    signalPeriod: Int = 9, signalType: MovingAverageType = .sma
  ) throws(FeatureError) {
    try self.init(
      parameters: IndicatorParameters(
        [
          Double(fastPeriod), Double(fastType.rawValue), Double(slowPeriod), Double(slowType.rawValue),
          Double(signalPeriod), Double(signalType.rawValue),
        ], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    averages = AveragePair(
      fast: (parameters.integer(0), parameters.average(1)), slow: (parameters.integer(2), parameters.average(3)),
      startTogether: true)
    signal = MovingAverage(parameters.average(5), parameters.integer(4))
  }

  /// Inputs before the first result.
  public var lookback: Int { averages.lookback + signal.lookback }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Output {
    averages.push(value, commit: commit)
    let difference = averages.difference
    let mean = averages.isStarted ? signal.push(difference, commit: commit) : .nan
    return Output(line: mean.isNaN ? .nan : difference, signal: mean, histogram: difference - mean)
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    averages.makeUnique()
    signal.makeUnique()
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(inputs, count, outputs, scratch: 1, isSteady: { $0.averages.isSteady && $0.signal.isSteady }) {
      state, columns, count, results, scratch in
      let (line, signal, histogram) = (results[0], results[1], results[2])
      state.averages.run(columns.first, count: count, fast: line, slow: scratch[0])
      kernel_subtract(line, scratch[0], count, line)
      state.signal.run(line, count: count, into: signal)
      kernel_subtract(line, signal, count, histogram)
    }
  }
}
