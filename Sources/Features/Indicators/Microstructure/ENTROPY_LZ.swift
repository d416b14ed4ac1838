/// Complexity of Lempel and Ziv: phrases a letter of the signs (up, down, unchanged) of the last n price changes.
///
/// A window that holds a missing number gives NaN. O(n). Source: Ziv and Lempel, "Compression of individual sequences
/// via variable-rate coding" (1978).
public struct ENTROPY_LZ: Indicator {
  /// Complexity of price signs.
  public static let definition = IndicatorDefinition(
    "ENTROPY_LZ", .microstructure, "complexity of price signs",
    parameters: [.period("timeperiod", 50)])

  private var signs: PriceSigns

  /// Makes the indicator.
  public init(timePeriod: Int = 50) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    signs = PriceSigns(parameters.integer(0))
  }

  /// Inputs before the first result.
  public var lookback: Int { signs.length }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Double {
    let letter = signs.next(value)
    let result = signs.isFull ? signs.withText(endingWith: letter) { MatchEntropy.lempelZiv($0) } : .nan
    signs.push(letter, commit: commit)
    return result
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() { signs.makeUnique() }
}
