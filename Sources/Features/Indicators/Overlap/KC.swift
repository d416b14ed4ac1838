/// Keltner's channel: exponential mean of the typical price and bands of k average true ranges about it.
///
/// Both start so that their first values meet. A bar with a missing price is skipped. Source: Raschke's form of Keltner (1960).
public struct KC: Indicator {
  /// The results of a bar.
  public struct Output: IndicatorOutput, Hashable {
    /// Upper band.
    public var upper: Double
    /// Middle band.
    public var middle: Double
    /// Lower band.
    public var lower: Double

    /// Number of results.
    public static var count: Int { 3 }

    /// The results in TA-Lib's order.
    @inline(__always)
    public subscript(index: Int) -> Double { index == 0 ? upper : (index == 1 ? middle : lower) }
  }

  /// TA-Lib's KC.
  public static let definition = IndicatorDefinition(
    "KC", .overlap, "Keltner channel", inputs: [.high, .low, .close],
    parameters: [.period("timeperiod", 20), .period("atrperiod", 10, from: 1), .number("nbdev", 2.0)],
    outputs: ["upperband", "middleband", "lowerband"], missing: .skipped)

  private var range = TrueRange()
  private var middle: ExponentialAverage
  private var ranges: ExponentialAverage
  private let factor: Double

  /// Makes the indicator of TA-Lib's parameters.
  public init(timePeriod: Int = 20, rangePeriod: Int = 10, multiplier: Double = 2.0) throws(FeatureError) {
    try self.init(
      parameters: IndicatorParameters([Double(timePeriod), Double(rangePeriod), multiplier], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    let own = parameters.integer(0) - 1
    let other = parameters.integer(1)
    middle = ExponentialAverage(parameters.integer(0), delay: max(0, other - own))
    ranges = ExponentialAverage(parameters.integer(1), wilder: true, delay: max(0, own - other))
    factor = parameters.values[2]
  }

  /// Inputs before the first result.
  public var lookback: Int { max(middle.period - 1, ranges.period) }

  /// Takes a bar.
  @inline(__always)
  public mutating func update(_ bar: OHLCV, commit: Bool) -> Output {
    let total = bar.high + bar.low + bar.close
    let width = ranges.push(range.push(bar)) * factor
    guard total.isNumber else { return Output(upper: .nan, middle: .nan, lower: .nan) }
    let mean = middle.pushFinite(total / 3)
    return Output(upper: mean + width, middle: mean + width * 0, lower: mean - width)
  }
}
