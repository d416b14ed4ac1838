import CKernels

/// Smallest whole number not below each value.
public struct CEIL: Indicator {
  /// TA-Lib's CEIL.
  public static let definition = IndicatorDefinition(
    "CEIL", .mathTransform, "next whole number above", isHomogeneous: false)

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
    value.rounded(.up)
  }

  /// Runs over columns in vectors.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    kernel_round(inputs.first, 2, count, outputs[0])
  }
}
