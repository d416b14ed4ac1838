/// Slow stochastic: %K is a moving average of 100 · (close − lowest low) / (highest high − lowest low), %D one of %K.
///
/// 0 without range. A window that holds a missing price gives NaN; recursive averages skip it. Source: Lane (1984).
public struct STOCH: Indicator {
  /// The results of a bar.
  public struct Output: IndicatorOutput, Hashable {
    /// Slow %K.
    public var slowK: Double
    /// Slow %D.
    public var slowD: Double

    /// Number of results.
    public static var count: Int { 2 }

    /// The results in TA-Lib's order.
    @inline(__always)
    public subscript(index: Int) -> Double { index == 0 ? slowK : slowD }
  }

  /// TA-Lib's STOCH.
  public static let definition = IndicatorDefinition(
    "STOCH", .momentum, "stochastic", inputs: [.high, .low, .close],
    parameters: [
      .period("fastk_period", 5, from: 1), .period("slowk_period", 3, from: 1), .average("slowk_matype", .sma),
      .period("slowd_period", 3, from: 1), .average("slowd_matype", .sma),
    ], outputs: ["slowk", "slowd"])

  private var lines: StochasticLines

  /// Makes the indicator of TA-Lib's parameters.
  public init(
    fastKPeriod: Int = 5, slowKPeriod: Int = 3, slowKType: MovingAverageType = .sma, slowDPeriod: Int = 3,
    slowDType: MovingAverageType = .sma
  ) throws(FeatureError) {
    try self.init(
      parameters: IndicatorParameters(
        [
          Double(fastKPeriod), Double(slowKPeriod), Double(slowKType.rawValue), Double(slowDPeriod),
          Double(slowDType.rawValue),
        ], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    lines = StochasticLines(
      parameters.integer(0), k: (parameters.integer(1), parameters.average(2)),
      d: (parameters.integer(3), parameters.average(4)))
  }

  /// Inputs before the first result.
  public var lookback: Int { lines.lookback }

  /// Takes a bar.
  @inline(__always)
  public mutating func update(_ bar: OHLCV, commit: Bool) -> Output {
    lines.push(bar.high, bar.low, bar.close, commit: commit)
    return Output(slowK: lines.k, slowD: lines.d)
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
