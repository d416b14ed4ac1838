import Foundation

/// Corwin and Schultz' relative spread from highs and lows: 2(eᵃ − 1)/(1 + eᵃ), never below 0.
///
/// a = (√2 − 1)√β / (3 − 2√2) − √(γ / (3 − 2√2)); β is the mean over n pairs of successive bars of the sum of their
/// squared log ranges, γ the squared log range of the newest pair as one bar. A window that holds a missing number
/// gives NaN. Source: Corwin and Schultz, "A simple way to estimate bid-ask spreads from daily high and low prices"
/// (2012).
public struct CORWINSCHULTZ: Indicator {
  /// Spread of Corwin and Schultz.
  public static let definition = IndicatorDefinition(
    "CORWINSCHULTZ", .microstructure, "spread of Corwin and Schultz", inputs: [.high, .low],
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
    let alpha = (2.0.squareRoot() - 1) * beta / divisor - gamma / divisor.squareRoot()
    if alpha.isNaN { return .nan }
    let growth = exp(max(0, alpha))
    return 2 * (growth - 1) / (1 + growth)
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() { range.makeUnique() }
}
