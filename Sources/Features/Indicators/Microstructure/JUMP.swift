/// Ratio statistic of a jump within the last n log returns: standard normal without one, large with one.
///
/// √n · (1 − BV/RV) / √((π²/4 + π − 5) · max(1, QV/BV²)); BV is bipower variation with the factor n/(n − 1), QV = π²/4
/// · n²/(n − 3) · Σ of products of four neighbours |r|. 0 where BV is. A window that holds a missing number gives NaN.
/// Source: Barndorff-Nielsen and Shephard, "Econometrics of testing for jumps" (2006); Huang and Tauchen (2005) for the
/// factors.
public struct JUMP: Indicator {
  /// Jump statistic of Barndorff-Nielsen and Shephard.
  public static let definition = IndicatorDefinition(
    "JUMP", .microstructure, "jump statistic of Barndorff-Nielsen and Shephard",
    parameters: [.period("timeperiod", 50, from: 5)])

  private var step = Step()
  private var last = Held()
  private var beforeLast = Held()
  private var third = Held()
  private var squares: WindowSum
  private var pairs: WindowSum
  private var fours: WindowSum

  /// Makes the indicator.
  public init(timePeriod: Int = 50) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    let length = parameters.integer(0)
    squares = WindowSum(length)
    pairs = WindowSum(length - 1)
    fours = WindowSum(length - 3)
  }

  /// Inputs before the first result.
  public var lookback: Int { squares.length }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Double {
    let change = step.logRatio(value)
    let size = abs(change)
    let pair = size * last.value
    let four = pair * (beforeLast.value * third.value)
    third = beforeLast
    beforeLast = last
    last.value = size.isNumber ? size : .nan
    let n = Double(squares.length)
    let variance = squares.push(change * change, commit: commit)
    let bipower = pairs.push(pair, commit: commit) * (Double.pi / 2 * (n / (n - 1)))
    let quarticity = fours.push(four, commit: commit) * (Double.pi * Double.pi / 4 * (n * n / (n - 3)))
    if bipower == 0 { return quarticity * 0 + variance * 0 }
    let spread = Double.pi * Double.pi / 4 + Double.pi - 5
    let ratio = quarticity / (bipower * bipower)
    return ratio.isNaN ? .nan : n.squareRoot() * (1 - bipower / variance) / (spread * max(1, ratio)).squareRoot()
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    squares.makeUnique()
    pairs.makeUnique()
    fours.makeUnique()
  }
}
