/// Tillson's T3: six exponential means in a row, the last four of them joined with the volume factor v; a missing value is skipped.
///
/// Source: Tillson, Technical Analysis of Stocks and Commodities 1/1998.
public struct T3: Indicator {
  /// TA-Lib's T3.
  public static let definition = IndicatorDefinition(
    "T3", .overlap, "Tillson T3", parameters: [.period("timeperiod", 5, from: 1), .number("vfactor", 0.7, in: 0...1)],
    missing: .skipped)

  private var averages: ExponentialCascade
  private let weights: SIMD4<Double>

  /// Makes the indicator of TA-Lib's parameters.
  public init(timePeriod: Int = 5, volumeFactor: Double = 0.7) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod), volumeFactor], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    averages = ExponentialCascade(parameters.integer(0))
    let v = parameters.values[1]
    let square = v * v
    let cube = square * v
    weights = SIMD4(1 + 3 * v + cube + 3 * square, -6 * square - 3 * (v + cube), 3 * square + 3 * cube, -cube)
  }

  /// Inputs before the first result.
  public var lookback: Int { 6 * (averages.period - 1) }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Double {
    let means = averages.push(value)
    return means[0] * weights[0] + means[1] * weights[1] + means[2] * weights[2] + means[3] * weights[3]
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(inputs, count, outputs, scratch: 0, writesOnce: true, isSteady: { $0.averages.isSteady }) {
      state, columns, count, results, _ in
      state.averages.run(columns.first, count: count, shares: state.weights, into: results[0])
    }
  }
}
