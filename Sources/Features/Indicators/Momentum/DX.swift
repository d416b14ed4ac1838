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
}
