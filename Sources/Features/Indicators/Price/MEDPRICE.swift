import CKernels

/// Middle of high and low.
public struct MEDPRICE: Indicator {
  /// TA-Lib's MEDPRICE.
  public static let definition = IndicatorDefinition(
    "MEDPRICE", .price, "median price", inputs: [.high, .low])

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
    (bar.high + bar.low) * 0.5
  }

  /// Runs over columns in vectors.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    kernel_mean_price(2, inputs.second, inputs.third, inputs.second, inputs.second, count, outputs[0])
  }
}
