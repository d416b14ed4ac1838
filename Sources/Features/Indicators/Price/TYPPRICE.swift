import CKernels

/// Mean of high, low and close.
public struct TYPPRICE: Indicator {
  /// TA-Lib's TYPPRICE.
  public static let definition = IndicatorDefinition(
    "TYPPRICE", .price, "typical price", inputs: [.high, .low, .close])

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
    (bar.high + bar.low + bar.close) / 3
  }

  /// Runs over columns in vectors.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    kernel_mean_price(3, inputs.second, inputs.third, inputs.fourth, inputs.second, count, outputs[0])
  }
}
