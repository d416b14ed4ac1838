import Compute

/// Sum of typical price times volume divided by the sum of volume, since the first bar; the typical price while it is 0.
///
/// A bar with a missing number gives NaN and is skipped.
public struct VWAP: Indicator {
  /// TA-Lib's VWAP.
  public static let definition = IndicatorDefinition(
    "VWAP", .volume, "volume-weighted average price", inputs: [.high, .low, .close, .volume], missing: .skipped)

  private var money = CompensatedSum()
  private var volume = CompensatedSum()

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
    let price = (bar.high + bar.low + bar.close) / 3
    guard (price + bar.volume).isNumber else { return .nan }
    money.add(price * bar.volume)
    volume.add(bar.volume)
    return volume.value == 0 ? price : money.value / volume.value
  }
}
