import CKernels

/// Mean of high, low and twice the close.
public struct WCLPRICE: Indicator {
  /// TA-Lib's WCLPRICE.
  public static let definition = IndicatorDefinition(
    "WCLPRICE", .price, "weighted close", inputs: [.high, .low, .close])

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
    (bar.high + bar.low + bar.close * 2) * 0.25
  }

  /// Runs over columns in vectors.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    kernel_weighted_close(inputs.second, inputs.third, inputs.fourth, count, outputs[0])
  }
}
