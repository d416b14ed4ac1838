/// Fast stochastic of the relative strength index; a missing value gives NaN and is skipped.
///
/// Source: Chande and Kroll (1994).
public struct STOCHRSI: Indicator {
  /// The results of a value.
  public struct Output: IndicatorOutput, Hashable {
    /// Fast %K of the index.
    public var fastK: Double
    /// Fast %D of the index.
    public var fastD: Double

    /// Number of results.
    public static var count: Int { 2 }

    /// The results in TA-Lib's order.
    @inline(__always)
    public subscript(index: Int) -> Double { index == 0 ? fastK : fastD }
  }

  /// TA-Lib's STOCHRSI.
  public static let definition = IndicatorDefinition(
    "STOCHRSI", .momentum, "stochastic RSI",
    parameters: [
      .period("timeperiod", 14), .period("fastk_period", 5, from: 1), .period("fastd_period", 3, from: 1),
      .average("fastd_matype", .sma),
    ], outputs: ["fastk", "fastd"], missing: .skipped)

  private var index: RSI
  private var lines: StochasticLines

  /// Makes the indicator of TA-Lib's parameters.
  public init(timePeriod: Int = 14, fastKPeriod: Int = 5, fastDPeriod: Int = 3, fastDType: MovingAverageType = .sma)
    throws(FeatureError)
  {
    try self.init(
      parameters: IndicatorParameters(
        [Double(timePeriod), Double(fastKPeriod), Double(fastDPeriod), Double(fastDType.rawValue)], for: Self.definition
      ))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) throws(FeatureError) {
    index = try RSI(timePeriod: parameters.integer(0))
    lines = StochasticLines(
      parameters.integer(1), k: (1, .sma), d: (parameters.integer(2), parameters.average(3)))
  }

  /// Inputs before the first result.
  public var lookback: Int { index.lookback + lines.lookback }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Output {
    let strength = index.update(value, commit: commit)
    guard !strength.isNaN else { return Output(fastK: .nan, fastD: .nan) }
    lines.push(strength, strength, strength, commit: commit)
    return Output(fastK: lines.k, fastD: lines.d)
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    lines.makeUnique()
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(inputs, count, outputs, scratch: 3, isSteady: { $0.index.isSteady && $0.lines.isSteady }) {
      state, columns, count, results, scratch in
      let index = scratch[0]
      state.index.run(columns.first, count: count, into: index, losses: scratch[1])
      state.lines.run(index, index, index, count: count, k: results[0], d: results[1])
    }
  }
}
