import Foundation

/// Two-scale realised variance of the last n log returns: that of returns over k prices, less what noise adds to it.
///
/// (V(k) − n̄/n · V(1)) / (1 − n̄/n); V(k) is Σ of squared k-price returns over k, n̄ = (n − k + 1)/k. It may be
/// negative. A window that holds a missing number gives NaN. Source: Zhang, Mykland and Aït-Sahalia, "A tale of two
/// time scales" (2005).
public struct TSRV: Indicator {
  /// Two-scale realised variance.
  public static let definition = IndicatorDefinition(
    "TSRV", .microstructure, "two-scale realised variance",
    parameters: [.period("timeperiod", 100, from: 3), .period("scaleperiod", 5)])

  private var step = Step()
  private var prices: Lag
  private var fast: WindowSum
  private var grid: WindowSum

  /// Makes the indicator.
  public init(timePeriod: Int = 100, scalePeriod: Int = 5) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod), Double(scalePeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) throws(FeatureError) {
    let (length, scale) = (parameters.integer(0), parameters.integer(1))
    guard scale < length else {
      throw FeatureError(
        .invalidOption, "TSRV: scaleperiod is \(scale); a number below timeperiod, \(length), is needed")
    }
    fast = WindowSum(length)
    prices = Lag(scale)
    grid = WindowSum(length - scale + 1)
  }

  /// Inputs before the first result.
  public var lookback: Int { fast.length }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Double {
    let change = step.logRatio(value)
    let slow = log(value / prices.push(value, commit: commit))
    let fine = fast.push(change * change, commit: commit)
    let coarse = grid.push(slow * slow, commit: commit) / Double(prices.length)
    let share = Double(grid.length) / Double(prices.length) / Double(fast.length)
    return (coarse - share * fine) / (1 - share)
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    prices.makeUnique()
    fast.makeUnique()
    grid.makeUnique()
  }
}
