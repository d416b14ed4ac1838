/// Illiquidity: mean of |Δ log p| / (p · V) over n bars.
///
/// A bar without volume counts 0. A window that holds a missing number gives NaN. Source: Amihud, "Illiquidity and
/// stock returns" (2002); of bars as in López de Prado (2018).
public struct AMIHUD: Indicator {
  /// Illiquidity of Amihud, of bars.
  public static let definition = IndicatorDefinition(
    "AMIHUD", .microstructure, "illiquidity of Amihud, of bars", inputs: [.close, .volume],
    parameters: [.period("timeperiod", 20, from: 1)])

  private var step = Step()
  private var window: WindowSum

  /// Makes the indicator.
  public init(timePeriod: Int = 20) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    window = WindowSum(parameters.integer(0))
  }

  /// Inputs before the first result.
  public var lookback: Int { window.length }

  /// Takes a bar.
  @inline(__always)
  public mutating func update(_ bar: OHLCV, commit: Bool) -> Double {
    let change = abs(step.logRatio(bar.close))
    let traded = bar.close * bar.volume
    return window.push(traded == 0 ? change * 0 : change / traded + traded * 0, commit: commit) / Double(window.length)
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() { window.makeUnique() }
}
