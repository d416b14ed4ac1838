/// Parabolic stop and reverse with settings for each side; negative while short.
///
/// A bar with a missing price is skipped.
/// A positive start value starts long there, a negative one short at its size; 0 as in ``SAR``.
public struct SAREXT: Indicator {
  /// TA-Lib's SAREXT.
  public static let definition = IndicatorDefinition(
    "SAREXT", .overlap, "parabolic stop and reverse, extended", inputs: [.high, .low],
    parameters: [
      .number("startvalue", 0.0), .number("offsetonreverse", 0.0, in: 0...3e37),
      .number("accelerationinitlong", 0.02, in: 0...3e37), .number("accelerationlong", 0.02, in: 0...3e37),
      .number("accelerationmaxlong", 0.2, in: 0...3e37), .number("accelerationinitshort", 0.02, in: 0...3e37),
      .number("accelerationshort", 0.02, in: 0...3e37), .number("accelerationmaxshort", 0.2, in: 0...3e37),
    ], missing: .skipped, isHomogeneous: false)

  private var stop: ParabolicStop

  /// Makes the indicator of TA-Lib's parameters.
  public init(
    startValue: Double = 0.0, offsetOnReverse: Double = 0.0, accelerationInitLong: Double = 0.02,
    accelerationLong: Double = 0.02, accelerationMaxLong: Double = 0.2, accelerationInitShort: Double = 0.02,
    accelerationShort: Double = 0.02, accelerationMaxShort: Double = 0.2
  ) throws(FeatureError) {
    try self.init(
      parameters: IndicatorParameters(
        [
          startValue, offsetOnReverse, accelerationInitLong, accelerationLong, accelerationMaxLong,
          accelerationInitShort, accelerationShort, accelerationMaxShort,
        ], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    let given = parameters.values
    stop = ParabolicStop(
      long: ParabolicStop.Side(start: given[2], step: given[3], most: given[4]),
      short: ParabolicStop.Side(start: given[5], step: given[6], most: given[7]), startValue: given[0], offset: given[1]
    )
  }

  /// Inputs before the first result.
  public var lookback: Int { 1 }

  /// Takes a bar.
  @inline(__always)
  public mutating func update(_ bar: OHLCV, commit: Bool) -> Double {
    guard (bar.high + bar.low).isNumber else { return .nan }
    return stop.push(bar.high, bar.low)
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(inputs, count, outputs, scratch: 0, isSteady: { $0.stop.isSteady }) {
      state, columns, count, results, _ in
      state.stop.run(columns.second, columns.third, count: count, into: results[0])
    }
  }
}
