import CKernels

/// Arc tangent of each value; NaN outside its domain.
public struct ATAN: Indicator {
  /// TA-Lib's ATAN.
  public static let definition = IndicatorDefinition(
    "ATAN", .mathTransform, "arc tangent", isHomogeneous: false)

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
    kernel_apply_one(Int32(kernel_atan.rawValue), value)
  }

  /// Runs over columns in vectors.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    kernel_apply(Int32(kernel_atan.rawValue), inputs.first, count, outputs[0])
  }
}
