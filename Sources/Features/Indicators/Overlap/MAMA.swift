/// Ehlers' MESA adaptive mean, whose weight follows the rate of change of the phase, and the mean that follows it.
///
/// A missing value gives NaN and is skipped. Source: Ehlers, "MESA adaptive moving averages" (2001).
public struct MAMA: Indicator {
  /// The results of a value.
  public struct Output: IndicatorOutput, Hashable {
    /// The adaptive mean.
    public var adaptive: Double
    /// The following adaptive mean.
    public var following: Double

    /// Number of results.
    public static var count: Int { 2 }

    /// The results in TA-Lib's order.
    @inline(__always)
    public subscript(index: Int) -> Double { index == 0 ? adaptive : following }
  }

  /// TA-Lib's MAMA.
  public static let definition = IndicatorDefinition(
    "MAMA", .overlap, "MESA adaptive moving average",
    parameters: [.number("fastlimit", 0.5, in: 0.01...0.99), .number("slowlimit", 0.05, in: 0.01...0.99)],
    outputs: ["mama", "fama"], missing: .skipped)

  private var average: PhaseAverage

  /// Makes the indicator of TA-Lib's parameters.
  public init(fastLimit: Double = 0.5, slowLimit: Double = 0.05) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([fastLimit, slowLimit], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    average = PhaseAverage(fast: parameters.values[0], slow: parameters.values[1])
  }

  /// Inputs before the first result.
  public var lookback: Int { HilbertTransform.shortLookback }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Output {
    guard average.push(value) else { return Output(adaptive: .nan, following: .nan) }
    return Output(adaptive: average.adaptive, following: average.following)
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(inputs, count, outputs, scratch: 0, isSteady: { $0.average.isSteady }) {
      state, columns, count, results, _ in
      state.average.run(columns.first, count: count, adaptive: results[0], following: results[1])
    }
  }
}
