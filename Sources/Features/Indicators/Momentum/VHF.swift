/// Range of the last n values divided by the sum of the sizes of the last n changes; 0 in a flat window.
///
/// A window that holds a missing value gives NaN. Source: White (1991).
public struct VHF: Indicator {
  /// TA-Lib's VHF.
  public static let definition = IndicatorDefinition(
    "VHF", .momentum, "vertical horizontal filter", parameters: [.period("timeperiod", 28)])

  private var highest: WindowExtremum
  private var lowest: WindowExtremum
  private var path: WindowSum
  private var previous = Held()

  /// Makes the indicator of TA-Lib's parameters.
  public init(timePeriod: Int = 28) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    highest = WindowExtremum(parameters.integer(0), smallest: false)
    lowest = WindowExtremum(parameters.integer(0), smallest: true)
    path = WindowSum(parameters.integer(0))
  }

  /// Inputs before the first result.
  public var lookback: Int { path.length }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Double {
    let length = path.push(abs(value - previous.value), commit: commit)
    previous.value = value.isNumber ? value : .nan
    let range = highest.push(value, commit: commit) - lowest.push(value, commit: commit)
    return length == 0 ? 0 : range / length
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    highest.makeUnique()
    lowest.makeUnique()
    path.makeUnique()
  }
}
