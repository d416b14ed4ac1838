/// How many of the last n ticks have a time before that of the tick that came before them.
///
/// A window that holds a missing number gives NaN.
public struct LATECOUNT: Indicator {
  /// Ticks that came late.
  public static let definition = IndicatorDefinition(
    "LATECOUNT", .microstructure, "ticks that came late", inputs: [.time],
    parameters: [.period("timeperiod", 50, from: 1)])

  private var step = Step()
  private var window: WindowSum

  /// Makes the indicator.
  public init(timePeriod: Int = 50) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    window = WindowSum(parameters.integer(0))
  }

  /// Inputs before the first result.
  public var lookback: Int { window.length }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Double {
    let span = step.difference(value)
    return window.push(span.isNumber ? (span < 0 ? 1 : 0) : .nan, commit: commit)
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() { window.makeUnique() }
}
