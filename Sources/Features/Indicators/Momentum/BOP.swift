import CKernels

/// Balance of power: (close − open) / (high − low), 0 without range.
///
/// Source: Livshin (2001).
public struct BOP: Indicator {
  /// TA-Lib's BOP.
  public static let definition = IndicatorDefinition(
    "BOP", .momentum, "balance of power", inputs: [.open, .high, .low, .close])

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
    let range = bar.high - bar.low
    let body = bar.close - bar.open
    return range > 0 ? body / range : (body + range) * 0 + 0
  }

  /// Runs over columns in vectors.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    kernel_balance_of_power(inputs.first, inputs.second, inputs.third, inputs.fourth, count, outputs[0])
  }
}
