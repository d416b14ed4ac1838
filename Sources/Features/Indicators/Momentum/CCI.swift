/// (typical price − mean) / (0.015 · mean absolute deviation) over n bars; 0 in a flat window.
///
/// O(n) a bar.
/// A window that holds a missing price gives NaN. Source: Lambert (1980).
public struct CCI: Indicator {
  /// TA-Lib's CCI.
  public static let definition = IndicatorDefinition(
    "CCI", .momentum, "commodity channel index", inputs: [.high, .low, .close], parameters: [.period("timeperiod", 14)])

  private var window: WindowDeviation

  /// Makes the indicator of TA-Lib's parameters.
  public init(timePeriod: Int = 14) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    window = WindowDeviation(parameters.integer(0))
  }

  /// Inputs before the first result.
  public var lookback: Int { window.length - 1 }

  /// Takes a bar.
  @inline(__always)
  public mutating func update(_ bar: OHLCV, commit: Bool) -> Double {
    let price = (bar.high + bar.low + bar.close) / 3
    window.push(price, commit: commit)
    let difference = price - window.mean
    let deviation = 0.015 * window.meanDeviation
    // A deviation within rounding is none, as in TA-Lib.
    let isFlat = abs(window.meanDeviation) <= 1e-14 * abs(window.mean)
    return difference == 0 || isFlat ? deviation * 0 : difference / deviation
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    window.makeUnique()
  }
}
