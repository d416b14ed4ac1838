import Foundation

/// Logarithm to base 10 of each value; NaN outside its domain.
public struct LOG10: Indicator {
  /// TA-Lib's LOG10.
  public static let definition = IndicatorDefinition(
    "LOG10", .mathTransform, "logarithm to base 10", isHomogeneous: false)

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
    log10(value)
  }
}
