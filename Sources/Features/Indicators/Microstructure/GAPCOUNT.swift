/// How many of the last n times between ticks are longer than a number of seconds.
///
/// A window that holds a missing number gives NaN.
public struct GAPCOUNT: Indicator {
  /// Gaps in time.
  public static let definition = IndicatorDefinition(
    "GAPCOUNT", .microstructure, "gaps in time", inputs: [.time],
    parameters: [.period("timeperiod", 50, from: 1), .number("seconds", 1, in: 0...1e9)], isHomogeneous: false)

  private let seconds: Double
  private var step = Step()
  private var window: WindowSum

  /// Makes the indicator.
  public init(timePeriod: Int = 50, seconds: Double = 1) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod), seconds], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    window = WindowSum(parameters.integer(0))
    seconds = parameters.values[1]
  }

  /// Inputs before the first result.
  public var lookback: Int { window.length }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Double {
    let span = step.difference(value)
    return window.push(span.isNumber ? (span > seconds ? 1 : 0) : .nan, commit: commit)
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() { window.makeUnique() }
}
