/// Seconds since the tick before; negative where time stepped back.
///
/// A missing number gives NaN.
public struct TIMESINCE: Indicator {
  /// Seconds since the last tick.
  public static let definition = IndicatorDefinition(
    "TIMESINCE", .microstructure, "seconds since the last tick", inputs: [.time])

  private var step = Step()

  /// Makes the indicator.
  public init() {}

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {}

  /// Inputs before the first result.
  public var lookback: Int { 1 }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Double {
    step.difference(value)
  }
}
