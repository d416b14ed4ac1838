/// 100 · |+DI − −DI| / (+DI + −DI); the last value where both are 0.
///
/// A bar with a missing price is skipped.
/// Source: Wilder (1978).
public struct DX: Indicator {
  /// TA-Lib's DX.
  public static let definition = IndicatorDefinition(
    "DX", .momentum, "directional movement index", inputs: [.high, .low, .close],
    parameters: [.period("timeperiod", 14)], missing: .skipped)

  private var movement: DirectionalMovement
  private var last = 0.0

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
    last = movement.index ?? last
    return last
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(inputs, count, outputs, scratch: 2, isSteady: { $0.movement.isSteady && $0.movement.hasIndex }) {
      state, columns, count, results, scratch in
      let y = results[0]
      state.movement.run(columns, count: count, plus: y, minus: scratch[0], ranges: scratch[1])
      DirectionalMovement.index(y, scratch[0], scratch[1], count: count)
      var last = state.last
      for row in 0..<count {
        last = y[row] < 0 ? last : y[row]
        y[row] = last
      }
      state.last = last
    }
  }
}
