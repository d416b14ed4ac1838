/// Percentile of the last n values by nearest rank: the smallest value with at least p percent of them not above it.
///
/// A window that holds a missing value gives NaN. O(n) a value in the worst case.
public struct PERCENTILE: Indicator {
  /// TA-Lib's PERCENTILE.
  public static let definition = IndicatorDefinition(
    "PERCENTILE", .statistic, "percentile",
    parameters: [.period("timeperiod", 30), .number("percentile", 50.0, in: 0...100)])

  private var window: SortedWindow
  private let rank: Int

  /// Makes the indicator of TA-Lib's parameters.
  public init(timePeriod: Int = 30, percentile: Double = 50.0) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod), percentile], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    window = SortedWindow(parameters.integer(0))
    // The product first: it is exact for whole numbers, as a division by 100 is not.
    rank = min(max(Int((parameters.values[1] * parameters.values[0] / 100).rounded(.up)), 1), window.length)
  }

  /// Inputs before the first result.
  public var lookback: Int { window.length - 1 }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Double {
    window.push(value, rank: rank, commit: commit)
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    window.makeUnique()
  }
}
