/// Price volume trend: running sum of volume times the close's relative change.
///
/// A bar with a missing number gives NaN and is skipped.
public struct PVT: Indicator {
  /// TA-Lib's PVT.
  public static let definition = IndicatorDefinition(
    "PVT", .volume, "price volume trend", inputs: [.close, .volume], missing: .skipped)

  private var total = 0.0
  private var previous = 0.0
  private var hasPrevious = false

  /// Makes the indicator of TA-Lib's parameters.
  public init() {
  }

  /// Makes the indicator; it takes no parameters.
  public init(parameters: IndicatorParameters) { self.init() }

  /// Inputs before the first result.
  public var lookback: Int { 0 }

  /// Takes a bar.
  @inline(__always)
  public mutating func update(_ bar: OHLCV, commit: Bool) -> Double {
    guard (bar.close + bar.volume).isNumber else { return .nan }
    if hasPrevious, previous != 0 { total += (bar.close - previous) / previous * bar.volume }
    hasPrevious = true
    previous = bar.close
    return total
  }
}
