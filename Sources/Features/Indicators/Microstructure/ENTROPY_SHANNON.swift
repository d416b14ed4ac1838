/// Shannon's entropy of the signs (up, down, unchanged) of the last n price changes, in bits.
///
/// A window that holds a missing number gives NaN. Source: Shannon (1948).
public struct ENTROPY_SHANNON: Indicator {
  /// Entropy of price signs.
  public static let definition = IndicatorDefinition(
    "ENTROPY_SHANNON", .microstructure, "entropy of price signs",
    parameters: [.period("timeperiod", 50)])

  private var counts: WordCounts

  /// Makes the indicator.
  public init(timePeriod: Int = 50) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    counts = WordCounts(parameters.integer(0), wordLength: 1, omitsNewest: false)
  }

  /// Inputs before the first result.
  public var lookback: Int { counts.length }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Double {
    counts.push(value, commit: commit)
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() { counts.makeUnique() }
}
