/// Fast stochastic: %K is 100 · (close − lowest low) / (highest high − lowest low), %D a moving average of %K.
///
/// 0 without range. A window that holds a missing price gives NaN; recursive averages skip it. Source: Lane (1984).
public struct STOCHF: Indicator {
  /// The results of a bar.
  public struct Output: IndicatorOutput, Hashable {
    /// Fast %K.
    public var fastK: Double
    /// Fast %D.
    public var fastD: Double

    /// Number of results.
    public static var count: Int { 2 }

    /// The results in TA-Lib's order.
    @inline(__always)
    public subscript(index: Int) -> Double { index == 0 ? fastK : fastD }
  }

  /// TA-Lib's STOCHF.
  public static let definition = IndicatorDefinition(
    "STOCHF", .momentum, "fast stochastic", inputs: [.high, .low, .close],
    parameters: [
      .period("fastk_period", 5, from: 1), .period("fastd_period", 3, from: 1), .average("fastd_matype", .sma),
    ], outputs: ["fastk", "fastd"])

  private var lines: StochasticLines

  /// Makes the indicator of TA-Lib's parameters.
  public init(fastKPeriod: Int = 5, fastDPeriod: Int = 3, fastDType: MovingAverageType = .sma) throws(FeatureError) {
    try self.init(
      parameters: IndicatorParameters(
        [Double(fastKPeriod), Double(fastDPeriod), Double(fastDType.rawValue)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    lines = StochasticLines(
      parameters.integer(0), k: (1, .sma), d: (parameters.integer(1), parameters.average(2)))
  }

  /// Inputs before the first result.
  public var lookback: Int { lines.lookback }

  /// Takes a bar.
  @inline(__always)
  public mutating func update(_ bar: OHLCV, commit: Bool) -> Output {
    lines.push(bar.high, bar.low, bar.close, commit: commit)
    return Output(fastK: lines.k, fastD: lines.d)
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    lines.makeUnique()
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(inputs, count, outputs, scratch: 0, isSteady: { $0.lines.isSteady }) {
      state, columns, count, results, _ in
      let (high, low, close) = (columns.second, columns.third, columns.fourth)
      state.lines.run(high, low, close, count: count, k: results[0], d: results[1])
    }
  }
}
