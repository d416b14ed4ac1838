/// Correlation with a market and slope on it, of the last n pairs of returns.
///
/// The sums are those of CORREL and BETA: on the same returns the results have their bits.
public struct MarketModel: Sendable, Codable {
  /// What the pairs say of each other.
  public struct Result: Sendable, Hashable {
    /// Pearson's correlation; 0 where one of the two does not vary.
    public let correlation: Double
    /// Slope of the own returns on those of the market, with an intercept; 0 where the market does not vary.
    public let beta: Double
  }

  private var window: WindowProducts

  /// Makes a model of n pairs.
  ///
  /// - Throws: ``FeatureError`` with code `invalidOption` unless n is 2 to 100000.
  public init(length: Int) throws(FeatureError) {
    guard 2...100_000 ~= length else {
      throw FeatureError(.invalidOption, "a window of \(counted(length, "return")); 2 to 100000 are allowed")
    }
    window = WindowProducts(length)
  }

  /// Pairs before the first result.
  public var lookback: Int { window.length - 1 }

  /// Takes the next pair of returns; NaN while there are fewer than n or one is missing.
  public mutating func update(own: Double, market: Double) -> Result {
    window.makeUnique()
    guard window.push(market, own, commit: true) else { return Result(correlation: .nan, beta: .nan) }
    let scale = (window.xx * window.yy).squareRoot()
    return Result(
      correlation: scale > 0 ? window.xy / scale : 0, beta: window.xx > 0 ? window.xy / window.xx : 0)
  }
}
