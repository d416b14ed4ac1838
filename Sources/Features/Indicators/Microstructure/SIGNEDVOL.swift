/// Signed volume: sum of side · size over the last n trades.
///
/// A window that holds a missing number gives NaN.
public struct SIGNEDVOL: Indicator {
  /// Signed volume.
  public static let definition = IndicatorDefinition(
    "SIGNEDVOL", .microstructure, "signed volume", inputs: [.size, .side],
    parameters: [.period("timeperiod", 20, from: 1)])

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
  public var lookback: Int { window.length - 1 }

  /// Takes a tick.
  @inline(__always)
  public mutating func update(_ tick: TradeQuote, commit: Bool) -> Double {
    window.push(tick.side * tick.size, commit: commit)
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() { window.makeUnique() }
}
