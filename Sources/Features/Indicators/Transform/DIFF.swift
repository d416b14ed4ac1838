/// Differences of order `order`: the change over one input, taken that many times; a missing value gives NaN.
public struct DIFF: Indicator {
  /// Differences of an order.
  public static let definition = IndicatorDefinition(
    "DIFF", .transform, "difference of an order", parameters: [.period("order", 1, from: 1, to: 16)])

  private var previous: [Held]

  /// Makes the difference.
  public init(order: Int = 1) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(order)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    previous = [Held](repeating: Held(), count: parameters.integer(0))
  }

  /// Inputs before the first result.
  public var lookback: Int { previous.count }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Double {
    var change = value.isNumber ? value : .nan
    for order in previous.indices {
      let before = previous[order].value
      if commit { previous[order].value = change }
      change -= before
    }
    return change
  }
}
