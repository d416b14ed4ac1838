/// Volatility of the price without the spread, from highs and lows; never below 0.
///
/// (2^−½ − 1)√β / (k(3 − 2√2)) + √(γ / (k²(3 − 2√2))), k = √(8/π), β and γ as for ``CORWINSCHULTZ``, of whose system it
/// is the other unknown. A window that holds a missing number gives NaN. Source: López de Prado, "Advances in Financial
/// Machine Learning" (2018), after Beckers (1983) and Parkinson (1980).
public struct BEKKERPARKINSON: Indicator {
  /// Volatility of Bekker and Parkinson.
  public static let definition = IndicatorDefinition(
    "BEKKERPARKINSON", .microstructure, "volatility of Bekker and Parkinson", inputs: [.high, .low],
    parameters: [.period("timeperiod", 20, from: 1)])

  private var range: HighLowRange

  /// Makes the indicator.
  public init(timePeriod: Int = 20) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    range = HighLowRange(parameters.integer(0))
  }

  /// Inputs before the first result.
  public var lookback: Int { range.length }

  /// Takes a bar.
  @inline(__always)
  public mutating func update(_ bar: OHLCV, commit: Bool) -> Double {
    let (beta, gamma) = range.push(bar, commit: commit)
    let divisor = 3 - 2 * 2.0.squareRoot()
    let factor = (8 / Double.pi).squareRoot()
    let sigma = (0.5.squareRoot() - 1) * beta / (factor * divisor) + gamma / (factor * divisor.squareRoot())
    return sigma.isNaN ? .nan : max(0, sigma)
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() { range.makeUnique() }
}
