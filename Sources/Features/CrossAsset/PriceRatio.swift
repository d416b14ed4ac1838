/// Relative strength as a ratio: price / other price against its own mean over the last n rows, less 1.
///
/// Mansfield's relative performance without its factor of 100. A window that holds a missing number gives NaN, and so does
/// one whose mean is 0.
public struct PriceRatio: Sendable, Codable {
  private var window: WindowSum

  /// Makes a ratio to its mean of n rows.
  ///
  /// - Throws: ``FeatureError`` with code `invalidOption` unless n is 1 to 100000.
  public init(length: Int) throws(FeatureError) {
    guard 1...100_000 ~= length else {
      throw FeatureError(.invalidOption, "a window of \(length) rows; 1 to 100000 are allowed")
    }
    window = WindowSum(length)
  }

  /// Rows before the first result.
  public var lookback: Int { window.length - 1 }

  /// Takes the next pair of prices.
  public mutating func update(price: Double, other: Double) -> Double {
    window.makeUnique()
    let ratio = price / other
    let mean = window.push(ratio, commit: true) / Double(window.length)
    return mean == 0 ? .nan : ratio / mean - 1
  }
}
