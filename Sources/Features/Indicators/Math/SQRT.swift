import CKernels

/// Square root of each value; NaN for negative ones.
public struct SQRT: Indicator {
  /// TA-Lib's SQRT.
  public static let definition = IndicatorDefinition(
    "SQRT", .mathTransform, "square root", isHomogeneous: false)

  /// Makes the indicator of TA-Lib's parameters.
  public init() {
  }

  /// Makes the indicator; it takes no parameters.
  public init(parameters: IndicatorParameters) { self.init() }

  /// Inputs before the first result.
  public var lookback: Int { 0 }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Double {
    value.squareRoot()
  }

  /// Runs over columns in vectors.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    kernel_round(inputs.first, 0, count, outputs[0])
  }
}
