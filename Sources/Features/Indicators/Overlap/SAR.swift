/// Wilder's parabolic stop and reverse; a bar with a missing price is skipped.
///
/// The first trade goes the way of the larger directional movement between the first two bars, long in a tie. Source: Wilder (1978).
public struct SAR: Indicator {
  /// TA-Lib's SAR.
  public static let definition = IndicatorDefinition(
    "SAR", .overlap, "parabolic stop and reverse", inputs: [.high, .low],
    parameters: [.number("acceleration", 0.02, in: 0...3e37), .number("maximum", 0.2, in: 0...3e37)], missing: .skipped)

  private var stop: ParabolicStop

  /// Makes the indicator of TA-Lib's parameters.
  public init(acceleration: Double = 0.02, maximum: Double = 0.2) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([acceleration, maximum], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    stop = ParabolicStop(
      long: ParabolicStop.Side(start: parameters.values[0], step: parameters.values[0], most: parameters.values[1]),
      short: ParabolicStop.Side(start: parameters.values[0], step: parameters.values[0], most: parameters.values[1]))
  }

  /// Inputs before the first result.
  public var lookback: Int { 1 }

  /// Takes a bar.
  @inline(__always)
  public mutating func update(_ bar: OHLCV, commit: Bool) -> Double {
    guard (bar.high + bar.low).isNumber else { return .nan }
    return abs(stop.push(bar.high, bar.low))
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(inputs, count, outputs, scratch: 0, isSteady: { $0.stop.isSteady }) {
      state, columns, count, results, _ in
      let y = results[0]
      state.stop.run(columns.second, columns.third, count: count, into: y)
      for row in 0..<count { y[row] = abs(y[row]) }
    }
  }
}
