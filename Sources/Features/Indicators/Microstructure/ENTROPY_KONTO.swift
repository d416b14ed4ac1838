/// Kontoyiannis' entropy from the lengths of matches, in bits a letter, of the signs (up, down, unchanged) of the last
/// n price changes.
///
/// A window that holds a missing number gives NaN. With `window` 0 matches are sought in all that came before, else in
/// that many letters. O(n³) at worst. Source: Kontoyiannis, Algoet, Suhov and Wyner (1998), as in López de Prado
/// (2018).
public struct ENTROPY_KONTO: Indicator {
  /// Match entropy of price signs.
  public static let definition = IndicatorDefinition(
    "ENTROPY_KONTO", .microstructure, "match entropy of price signs",
    parameters: [.period("timeperiod", 32), .period("window", 0, from: 0, to: 1000)])

  private let window: Int
  private var signs: PriceSigns

  /// Makes the indicator.
  public init(timePeriod: Int = 32, window: Int = 0) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod), Double(window)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    signs = PriceSigns(parameters.integer(0))
    window = parameters.integer(1)
  }

  /// Inputs before the first result.
  public var lookback: Int { signs.length }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Double {
    let letter = signs.next(value)
    let result =
      signs.isFull ? signs.withText(endingWith: letter) { MatchEntropy.kontoyiannis($0, window: window) } : .nan
    signs.push(letter, commit: commit)
    return result
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() { signs.makeUnique() }
}
