/// 100 · rises from open to close / (rises + falls) over n bars; 50 where there was neither.
///
/// A window that holds a missing price gives NaN. Source: Chande and Kroll (1994).
public struct IMI: Indicator {
  /// TA-Lib's IMI.
  public static let definition = IndicatorDefinition(
    "IMI", .momentum, "intraday momentum index", inputs: [.open, .close], parameters: [.period("timeperiod", 14)])

  private var rises: WindowSum
  private var falls: WindowSum

  /// Makes the indicator of TA-Lib's parameters.
  public init(timePeriod: Int = 14) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    rises = WindowSum(parameters.integer(0))
    falls = WindowSum(parameters.integer(0))
  }

  /// Inputs before the first result.
  public var lookback: Int { rises.length - 1 }

  /// Takes a bar.
  @inline(__always)
  public mutating func update(_ bar: OHLCV, commit: Bool) -> Double {
    let change = bar.close - bar.open
    let up = larger(0, change)
    let rise = rises.push(up, commit: commit)
    let total = rise + falls.push(up - change, commit: commit)
    return total == 0 ? 50 : 100 * (rise / total)
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    rises.makeUnique()
    falls.makeUnique()
  }
}
