import CKernels

/// Mean of open, high, low and close.
public struct AVGPRICE: Indicator {
  /// TA-Lib's AVGPRICE.
  public static let definition = IndicatorDefinition(
    "AVGPRICE", .price, "average price", inputs: [.open, .high, .low, .close])

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
    (bar.open + bar.high + bar.low + bar.close) * 0.25
  }

  /// Runs over columns in vectors.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    kernel_mean_price(4, inputs.first, inputs.second, inputs.third, inputs.fourth, count, outputs[0])
  }
}
