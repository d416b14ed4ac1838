/// Dorsey's relative volatility index: Wilder's mean of the standard deviation on rising closes, in percent of both.
///
/// 50 where neither is above 0. A missing value gives NaN and is skipped by the means; standard deviations are population ones.
/// Source: Dorsey, Technical Analysis of Stocks and Commodities 11/1993.
public struct RVI: Indicator {
  /// TA-Lib's RVI.
  public static let definition = IndicatorDefinition(
    "RVI", .volatility, "relative volatility index",
    parameters: [.period("timeperiod", 14, from: 1), .period("stddevperiod", 10)], missing: .recovers)

  private var spread: WindowSpread
  private var rises: ExponentialAverage
  private var falls: ExponentialAverage
  private var previous = 0.0
  private let inverse: Double

  /// Makes the indicator of TA-Lib's parameters.
  public init(timePeriod: Int = 14, deviationPeriod: Int = 10) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod), Double(deviationPeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    rises = ExponentialAverage(parameters.integer(0), wilder: true)
    falls = ExponentialAverage(parameters.integer(0), wilder: true)
    spread = WindowSpread(parameters.integer(1))
    inverse = 1 / Double(spread.length)
  }

  /// Inputs before the first result.
  public var lookback: Int { spread.length + rises.period - 2 }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Double {
    let mean = spread.push(value, commit: commit)
    let before = previous
    if value.isNumber { previous = value }
    guard !mean.isNaN else { return .nan }
    let deviation = (spread.squaredDeviations * inverse).squareRoot()
    let up = rises.pushFinite(value > before ? deviation : 0)
    let down = falls.pushFinite(value < before ? deviation : 0)
    guard !up.isNaN else { return .nan }
    let total = up + down
    return total == 0 ? 50 : 100 * (up / total)
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    spread.makeUnique()
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(inputs, count, outputs, scratch: 4, isSteady: { $0.spread.isSteady && $0.rises.isSteady }) {
      state, columns, count, results, scratch in
      let (y, x, up, down) = (results[0], columns.first, scratch[0], scratch[1])
      state.spread.run(x, count: count, sums: scratch[2], squares: up)
      let inverse = state.inverse
      let before = scratch[3]
      before[0] = state.previous
      for row in 1..<max(1, count) { before[row] = x[row - 1] }
      state.previous = x[count - 1]
      for row in 0..<count {
        let deviation = (up[row] * inverse).squareRoot()
        up[row] = x[row] > before[row] ? deviation : 0
        down[row] = x[row] < before[row] ? deviation : 0
      }
      state.rises.run(up, count: count, into: up)
      state.falls.run(down, count: count, into: down)
      for row in 0..<count {
        let total = up[row] + down[row]
        let found = 100 * (up[row] / total)
        y[row] = total == 0 ? 50 : found
      }
    }
  }
}
