/// 1 in a trend, 0 in a cycle.
///
/// Source: Ehlers, "Rocket Science for Traders" (2001); a missing value gives NaN and is skipped.
public struct HT_TRENDMODE: Indicator {
  /// TA-Lib's HT_TRENDMODE.
  public static let definition = IndicatorDefinition(
    "HT_TRENDMODE", .cycle, "Hilbert transform: trend or cycle mode", missing: .skipped)

  private var cycle = CyclePhase()
  private var mode = TrendMode()

  /// Makes the indicator of TA-Lib's parameters.
  public init() {
  }

  /// Makes the indicator; it takes no parameters.
  public init(parameters: IndicatorParameters) { self.init() }

  /// Inputs before the first result.
  public var lookback: Int { HilbertTransform.longLookback }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Double {
    let hasResult = cycle.push(value, needs: .all, commit: commit)
    guard cycle.isRunning, value.isNumber else { return .nan }
    let isTrend = mode.push(cycle)
    return hasResult ? (isTrend ? 1 : 0) : .nan
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    cycle.makeUnique()
  }
}
