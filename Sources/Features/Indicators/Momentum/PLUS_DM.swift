/// Wilder's sum of +DM, seeded with n − 1 bars; a bar with a missing price is skipped.
///
/// Source: Wilder (1978).
public struct PLUS_DM: Indicator {
  /// TA-Lib's PLUS_DM.
  public static let definition = IndicatorDefinition(
    "PLUS_DM", .momentum, "plus directional movement", inputs: [.high, .low],
    parameters: [.period("timeperiod", 14, from: 1)], missing: .skipped)

  private var movement: DirectionalMovement

  /// Makes the indicator of TA-Lib's parameters.
  public init(timePeriod: Int = 14) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    movement = DirectionalMovement(parameters.integer(0))
  }

  /// Inputs before the first result.
  public var lookback: Int { max(1, movement.period - 1) }

  /// Takes a bar.
  @inline(__always)
  public mutating func update(_ bar: OHLCV, commit: Bool) -> Double {
    movement.push(bar, usesClose: false) ? movement.plus : .nan
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(inputs, count, outputs, scratch: 1, isSteady: { $0.movement.isSteady }) {
      state, columns, count, results, scratch in
      state.movement.run(columns, count: count, plus: results[0], minus: scratch[0], ranges: nil)
    }
  }
}
