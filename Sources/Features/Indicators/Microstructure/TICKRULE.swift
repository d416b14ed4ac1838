/// Sign of a trade by the tick rule: that of the last price change that was not zero; 0 before there was one.
///
/// A missing price gives NaN and is skipped. Source: Lee and Ready, "Inferring trade direction from intraday data"
/// (1991).
public struct TICKRULE: Indicator {
  /// Trade sign by the tick rule.
  public static let definition = IndicatorDefinition(
    "TICKRULE", .microstructure, "trade sign by the tick rule", missing: .skipped)

  private var rule = TickRule()

  /// Makes the indicator.
  public init() {}

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {}

  /// Inputs before the first result.
  public var lookback: Int { 1 }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Double {
    guard value.isNumber else { return .nan }
    let isFirst = rule.isEmpty
    let sign = rule.push(value)
    return isFirst ? .nan : sign
  }
}
