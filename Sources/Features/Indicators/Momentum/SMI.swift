/// Blau's stochastic momentum index: 100 · smoothed (close − middle of the range) / half the smoothed range, and its mean.
///
/// Both are smoothed by two exponential means in a row. 0 without range. A bar whose window holds a missing price is skipped.
/// Source: Blau, Technical Analysis of Stocks and Commodities 1/1993.
public struct SMI: Indicator {
  /// The results of a bar.
  public struct Output: IndicatorOutput, Hashable {
    /// The index.
    public var line: Double
    /// Exponential mean of the index.
    public var signal: Double

    /// Number of results.
    public static var count: Int { 2 }

    /// The results in TA-Lib's order.
    @inline(__always)
    public subscript(index: Int) -> Double { index == 0 ? line : signal }
  }

  /// TA-Lib's SMI.
  public static let definition = IndicatorDefinition(
    "SMI", .momentum, "stochastic momentum index", inputs: [.high, .low, .close],
    parameters: [
      .period("timeperiod", 13), .period("fastperiod", 2), .period("slowperiod", 25), .period("signalperiod", 9),
    ], outputs: ["smi", "smisignal"], missing: .recovers)

  private var highest: WindowExtremum
  private var lowest: WindowExtremum
  private var slowDistance: ExponentialAverage
  private var slowRange: ExponentialAverage
  private var fastDistance: ExponentialAverage
  private var fastRange: ExponentialAverage
  private var signal: ExponentialAverage

  /// Makes the indicator of TA-Lib's parameters.
  public init(timePeriod: Int = 13, fastPeriod: Int = 2, slowPeriod: Int = 25, signalPeriod: Int = 9)
    throws(FeatureError)
  {
    try self.init(
      parameters: IndicatorParameters(
        [Double(timePeriod), Double(fastPeriod), Double(slowPeriod), Double(signalPeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    highest = WindowExtremum(parameters.integer(0), smallest: false)
    lowest = WindowExtremum(parameters.integer(0), smallest: true)
    slowDistance = ExponentialAverage(parameters.integer(2))
    slowRange = ExponentialAverage(parameters.integer(2))
    fastDistance = ExponentialAverage(parameters.integer(1))
    fastRange = ExponentialAverage(parameters.integer(1))
    signal = ExponentialAverage(parameters.integer(3))
  }

  /// Inputs before the first result.
  public var lookback: Int { highest.length + slowRange.period + fastRange.period + signal.period - 4 }

  /// Takes a bar.
  @inline(__always)
  public mutating func update(_ bar: OHLCV, commit: Bool) -> Output {
    let high = highest.push(bar.high, commit: commit)
    let low = lowest.push(bar.low, commit: commit)
    let move = bar.close - (high + low) * 0.5
    guard move.isNumber else { return Output(line: .nan, signal: .nan) }
    let distance = fastDistance.push(slowDistance.pushFinite(move))
    let range = fastRange.push(slowRange.pushFinite(high - low))
    guard !range.isNaN else { return Output(line: .nan, signal: .nan) }
    let half = 0.5 * range
    let index = half > 0 ? 100 * distance / half : 0
    let mean = signal.pushFinite(index)
    return Output(line: mean.isNaN ? .nan : index, signal: mean)
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    highest.makeUnique()
    lowest.makeUnique()
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(
      inputs, count, outputs, scratch: 2, isSteady: { $0.highest.isSteady && $0.lowest.isSteady && $0.signal.isSteady }
    ) {
      state, columns, count, results, scratch in
      let (line, signal) = (results[0], results[1])
      let (distance, range, close) = (scratch[0], scratch[1], columns.fourth)
      state.highest.run(columns.second, count: count, into: distance)
      state.lowest.run(columns.third, count: count, into: range)
      for row in 0..<count {
        let (high, low) = (distance[row], range[row])
        distance[row] = close[row] - (high + low) * 0.5
        range[row] = high - low
      }
      state.slowDistance.run(distance, count: count, into: distance)
      state.fastDistance.run(distance, count: count, into: distance)
      state.slowRange.run(range, count: count, into: range)
      state.fastRange.run(range, count: count, into: range)
      for row in 0..<count {
        let half = 0.5 * range[row]
        let found = 100 * distance[row] / half
        line[row] = half > 0 ? found : 0
      }
      state.signal.run(line, count: count, into: signal)
    }
  }
}
