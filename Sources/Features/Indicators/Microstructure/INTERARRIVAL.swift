/// Mean seconds between the last n + 1 ticks.
///
/// A missing time at either end gives NaN.
public struct INTERARRIVAL: Indicator {
  /// Mean seconds between ticks.
  public static let definition = IndicatorDefinition(
    "INTERARRIVAL", .microstructure, "mean seconds between ticks", inputs: [.time],
    parameters: [.period("timeperiod", 50, from: 1)])

  private var times: Lag

  /// Makes the indicator.
  public init(timePeriod: Int = 50) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    times = Lag(parameters.integer(0))
  }

  /// Inputs before the first result.
  public var lookback: Int { times.length }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Double {
    (value - times.push(value, commit: commit)) / Double(times.length)
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() { times.makeUnique() }
}
