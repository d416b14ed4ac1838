/// Stochastic lines K and D, each smoothed by a moving average (Wilder's by default), and J = 3K − 2D.
public struct KDJ: Indicator {
  /// The results of a bar.
  public struct Output: IndicatorOutput, Hashable {
    /// Smoothed raw stochastic.
    public var k: Double
    /// Smoothed K.
    public var d: Double
    /// 3K − 2D.
    public var j: Double

    /// Number of results.
    public static var count: Int { 3 }

    /// The results in TA-Lib's order.
    @inline(__always)
    public subscript(index: Int) -> Double { index == 0 ? k : (index == 1 ? d : j) }
  }

  /// TA-Lib's KDJ.
  public static let definition = IndicatorDefinition(
    "KDJ", .momentum, "KDJ", inputs: [.high, .low, .close],
    parameters: [
      .period("fastk_period", 9, from: 1), .period("slowk_period", 3, from: 1), .average("slowk_matype", .rma),
      .period("slowd_period", 3, from: 1), .average("slowd_matype", .rma),
    ], outputs: ["k", "d", "j"], missing: .recovers)

  private var lines: StochasticLines

  /// Makes the indicator of TA-Lib's parameters.
  public init(
    fastKPeriod: Int = 9, slowKPeriod: Int = 3, slowKType: MovingAverageType = .rma, slowDPeriod: Int = 3,
    slowDType: MovingAverageType = .rma
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
    return Output(k: lines.k, d: lines.d, j: 3 * lines.k - 2 * lines.d)
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
      let (k, d, j) = (results[0], results[1], results[2])
      state.lines.run(high, low, close, count: count, k: k, d: d)
      for row in 0..<count { j[row] = 3 * k[row] - 2 * d[row] }
    }
  }
}
