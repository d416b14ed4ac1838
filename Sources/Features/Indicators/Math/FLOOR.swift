import CKernels

/// Largest whole number not above each value.
public struct FLOOR: Indicator {
  /// TA-Lib's FLOOR.
  public static let definition = IndicatorDefinition(
    "FLOOR", .mathTransform, "next whole number below", isHomogeneous: false)

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
    value.rounded(.down)
  }

  /// Runs over columns in vectors.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    kernel_round(inputs.first, 1, count, outputs[0])
  }
}
