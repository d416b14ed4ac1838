/// Entropy of the words of w letters, in bits a letter, of the signs (up, down, unchanged) of the last n price changes.
///
/// Words overlap. ``Variant/omitsLast`` leaves out the word that ends with the newest letter, as the snippet of López
/// de Prado (2018) does. A window that holds a missing number gives NaN. O(3ʷ). Source: Gao, Kontoyiannis and
/// Bienenstock, "Estimating the entropy of binary time series" (2008).
public struct ENTROPY_PLUGIN: Indicator {
  /// Which words count.
  public enum Variant: Int, Sendable, Codable {
    /// Every one.
    case allWords = 0
    /// All but the one that ends with the newest letter.
    case omitsLast = 1
  }

  /// Entropy of words of price signs.
  public static let definition = IndicatorDefinition(
    "ENTROPY_PLUGIN", .microstructure, "entropy of words of price signs",
    parameters: [
      .period("timeperiod", 50, from: 8), .period("wordlength", 2, from: 1, to: 6),
      .period("variant", 0, from: 0, to: 1),
    ])

  private var counts: WordCounts

  /// Makes the indicator.
  public init(timePeriod: Int = 50, wordLength: Int = 2, variant: Variant = .allWords) throws(FeatureError) {
    try self.init(
      parameters: IndicatorParameters(
        [Double(timePeriod), Double(wordLength), Double(variant.rawValue)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    counts = WordCounts(
      parameters.integer(0), wordLength: parameters.integer(1),
      omitsNewest: Variant(rawValue: parameters.integer(2)) == .omitsLast)
  }

  /// Inputs before the first result.
  public var lookback: Int { counts.length }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Double {
    counts.push(value, commit: commit)
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() { counts.makeUnique() }
}
