import CKernels

/// Sum of two columns; a missing number gives NaN.
public struct ADD: Indicator {
  /// TA-Lib's ADD.
  public static let definition = IndicatorDefinition(
    "ADD", .mathOperator, "addition", inputs: [.real, .real1])

  /// Makes the indicator of TA-Lib's parameters.
  public init() {
  }

  /// Makes the indicator; it takes no parameters.
  public init(parameters: IndicatorParameters) { self.init() }

  /// Inputs before the first result.
  public var lookback: Int { 0 }

  /// Takes a pair.
  @inline(__always)
  public mutating func update(_ pair: ValuePair, commit: Bool) -> Double {
    pair.first + pair.second
  }

  /// Runs over columns in vectors.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    kernel_combine(Int32(kernel_sum_of.rawValue), inputs.first, inputs.second, count, outputs[0])
  }
}
