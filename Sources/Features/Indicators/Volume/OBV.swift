/// On-balance volume: the first bar's volume, then plus or minus the volume with the sign of the close's change.
///
/// A bar with a missing number gives NaN and is skipped. Source: Granville (1963).
public struct OBV: Indicator {
  /// TA-Lib's OBV.
  public static let definition = IndicatorDefinition(
    "OBV", .volume, "on-balance volume", inputs: [.close, .volume], missing: .skipped)

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
    let before = hasPrevious ? previous : -Double.greatestFiniteMagnitude
    hasPrevious = true
    previous = bar.close
    // Without a branch, which could not be predicted.
    total += (bar.close > before ? bar.volume : 0) - (bar.close < before ? bar.volume : 0)
    return total
  }
}
