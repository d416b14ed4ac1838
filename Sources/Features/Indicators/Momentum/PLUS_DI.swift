/// +DM in percent of the true range, both as Wilder's sums; 0 without range.
///
/// A bar with a missing price is skipped.
/// Source: Wilder (1978).
public struct PLUS_DI: Indicator {
  /// TA-Lib's PLUS_DI.
  public static let definition = IndicatorDefinition(
    "PLUS_DI", .momentum, "plus directional indicator", inputs: [.high, .low, .close],
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
  public var lookback: Int { movement.period }

  /// Takes a bar.
  @inline(__always)
  public mutating func update(_ bar: OHLCV, commit: Bool) -> Double {
    guard movement.push(bar, usesClose: true), movement.hasIndex else { return .nan }
    let share = movement.range == 0 ? 0 : movement.plus / movement.range
    // As in TA-Lib a share, not percent, with a period of 1.
    return movement.period == 1 ? share : 100 * share
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(inputs, count, outputs, scratch: 2, isSteady: { $0.movement.isSteady && $0.movement.hasIndex }) {
      state, columns, count, results, scratch in
      let (y, range) = (results[0], scratch[1])
      state.movement.run(columns, count: count, plus: y, minus: scratch[0], ranges: range)
      let factor = state.movement.period == 1 ? 1.0 : 100
      for row in 0..<count {
        let found = factor * (y[row] / range[row])
        y[row] = range[row] == 0 ? 0 : found
      }
    }
  }
}
