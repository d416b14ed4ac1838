/// Rate of ticks: n over the seconds that the last n took; NaN where no time has passed.
///
/// A missing time at either end gives NaN.
public struct INTENSITY: Indicator {
  /// Ticks a second.
  public static let definition = IndicatorDefinition(
    "INTENSITY", .microstructure, "ticks a second", inputs: [.time],
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
    let span = value - times.push(value, commit: commit)
    return span > 0 ? Double(times.length) / span : .nan
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() { times.makeUnique() }
}
