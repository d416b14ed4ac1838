/// Positive volume index: from 1000 on changed by the close's relative change on bars of more volume than the bar before.
///
/// A bar with a missing number gives NaN and is skipped. Source: Fosback, "Stock Market Logic" (1976).
public struct PVI: Indicator {
  /// TA-Lib's PVI.
  public static let definition = IndicatorDefinition(
    "PVI", .volume, "positive volume index", inputs: [.close, .volume], missing: .skipped, isHomogeneous: false)

  private var index = 1000.0
  private var previousClose = 0.0
  private var previousVolume = 0.0
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
    if hasPrevious, bar.volume > previousVolume, previousClose != 0 {
      index += index * ((bar.close - previousClose) / previousClose)
    }
    hasPrevious = true
    previousClose = bar.close
    previousVolume = bar.volume
    return index
  }
}
