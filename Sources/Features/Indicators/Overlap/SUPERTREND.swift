import CKernels

/// SuperTrend: the lower of two average true range bands about the median price while the trend is up, else the upper one.
///
/// Each band only moves towards the price until a close beyond it. It starts long. A bar with a missing price is skipped.
/// Source: Seban.
public struct SUPERTREND: Indicator {
  /// The results of a bar.
  public struct Output: IndicatorOutput, Hashable {
    /// The band.
    public var line: Double
    /// 1 for up, −1 for down.
    public var trend: Double

    /// Number of results.
    public static var count: Int { 2 }

    /// The results in TA-Lib's order.
    @inline(__always)
    public subscript(index: Int) -> Double { index == 0 ? line : trend }
  }

  /// TA-Lib's SUPERTREND.
  public static let definition = IndicatorDefinition(
    "SUPERTREND", .overlap, "SuperTrend", inputs: [.high, .low, .close],
    parameters: [.period("timeperiod", 10), .number("multiplier", 3.0, in: 0...3e37)],
    outputs: ["supertrend", "trend"], missing: .skipped)

  private var range = TrueRange()
  private var average: ExponentialAverage
  private let factor: Double
  private var upper = 0.0
  private var lower = 0.0
  private var previousClose = 0.0
  private var isUp = true
  private var isStarted = false

  /// Makes the indicator of TA-Lib's parameters.
  public init(timePeriod: Int = 10, multiplier: Double = 3.0) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod), multiplier], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    average = ExponentialAverage(parameters.integer(0), wilder: true)
    factor = parameters.values[1]
  }

  /// Inputs before the first result.
  public var lookback: Int { average.period }

  /// Takes a bar.
  @inline(__always)
  public mutating func update(_ bar: OHLCV, commit: Bool) -> Output {
    let mean = average.push(range.push(bar))
    guard !mean.isNaN else { return Output(line: .nan, trend: .nan) }
    let middle = (bar.high + bar.low) / 2
    let width = factor * mean
    let high = middle + width
    let low = middle - width
    // At the start both bands are new.
    upper = high < upper || previousClose > upper || !isStarted ? high : upper
    lower = low > lower || previousClose < lower || !isStarted ? low : lower
    isUp = !isStarted || (isUp ? bar.close >= lower : bar.close > upper)
    isStarted = true
    previousClose = bar.close
    return Output(line: isUp ? lower : upper, trend: isUp ? 1 : -1)
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(inputs, count, outputs, scratch: 1, isSteady: { $0.average.isSteady && $0.isStarted }) {
      state, columns, count, results, scratch in
      let (line, trend, width) = (results[0], results[1], scratch[0])
      let (high, low, close) = (columns.second, columns.third, columns.fourth)
      state.range.run(high, low, close, count: count, into: width)
      state.average.run(width, count: count, into: width)
      kernel_scale(width, state.factor, count)
      var bands = kernel_bands(
        upper: state.upper, lower: state.lower, close: state.previousClose, is_up: state.isUp ? 1 : 0)
      kernel_follow_bands(&bands, high, low, close, width, count, line, trend)
      state.upper = bands.upper
      state.lower = bands.lower
      state.previousClose = bands.close
      state.isUp = bands.is_up != 0
    }
  }
}
