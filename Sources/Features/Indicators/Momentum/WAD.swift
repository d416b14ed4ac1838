/// Running sum of the close less the true low on rises, less the true high on falls; it starts at 0.
///
/// The form without volume, as Achelis gives it. A bar with a missing price gives NaN and is skipped.
public struct WAD: Indicator {
  /// TA-Lib's WAD.
  public static let definition = IndicatorDefinition(
    "WAD", .momentum, "Williams' accumulation/distribution", inputs: [.high, .low, .close], missing: .skipped)

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
    guard (bar.high + bar.low + bar.close).isNumber else { return .nan }
    let before = hasPrevious ? previous : bar.close
    hasPrevious = true
    previous = bar.close
    let low = before < bar.low ? before : bar.low
    let high = before > bar.high ? before : bar.high
    // Without a branch, which could not be predicted.
    let extreme = bar.close > before ? low : bar.close < before ? high : bar.close
    total += bar.close - extreme
    return total
  }
}
