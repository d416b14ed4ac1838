import CKernels

/// Sums over n bars of |high − previous low| and |low − previous high|, divided by that of the true range.
///
/// 0 without range. A window that holds a missing price gives NaN. Source: Botes and Siepman (2010).
public struct VORTEX: Indicator {
  /// The results of a bar.
  public struct Output: IndicatorOutput, Hashable {
    /// Upward movement.
    public var plus: Double
    /// Downward movement.
    public var minus: Double

    /// Number of results.
    public static var count: Int { 2 }

    /// The results in TA-Lib's order.
    @inline(__always)
    public subscript(index: Int) -> Double { index == 0 ? plus : minus }
  }

  /// TA-Lib's VORTEX.
  public static let definition = IndicatorDefinition(
    "VORTEX", .momentum, "vortex indicator", inputs: [.high, .low, .close],
    parameters: [.period("timeperiod", 14, from: 1)], outputs: ["plusvi", "minusvi"])

  private var ups: WindowSum
  private var downs: WindowSum
  private var ranges: WindowSum
  private var previous: OHLCV
  private var hasPrevious = false

  /// Makes the indicator of TA-Lib's parameters.
  public init(timePeriod: Int = 14) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    ups = WindowSum(parameters.integer(0))
    downs = ups
    ranges = ups
    previous = OHLCV(open: 0, high: 0, low: 0, close: 0, volume: 0)
  }

  /// Inputs before the first result.
  public var lookback: Int { ups.length }

  /// Takes a bar.
  @inline(__always)
  public mutating func update(_ bar: OHLCV, commit: Bool) -> Output {
    let isFinite = (bar.high + bar.low + bar.close).isNumber
    let missing = hasPrevious && isFinite ? 0 : Double.nan
    let before = previous
    hasPrevious = isFinite
    if isFinite { previous = OHLCV(open: 0, high: bar.high, low: bar.low, close: bar.close, volume: 0) }
    let reach = larger(abs(before.close - bar.high), abs(before.close - bar.low))
    let range = ranges.push(larger(bar.high - bar.low, reach) + missing, commit: commit)
    let up = ups.push(abs(bar.high - before.low) + missing, commit: commit)
    let down = downs.push(abs(bar.low - before.high) + missing, commit: commit)
    return range == 0 ? Output(plus: 0, minus: 0) : Output(plus: up / range, minus: down / range)
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    ups.makeUnique()
    downs.makeUnique()
    ranges.makeUnique()
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(
      inputs, count, outputs, scratch: 3, writesOnce: true,
      isSteady: { $0.ranges.isSteady && $0.ups.isSteady && $0.downs.isSteady }
    ) {
      state, columns, count, results, scratch in
      let (plus, minus) = (results[0], results[1])
      let (up, down, range) = (scratch[0], scratch[1], scratch[2])
      let (high, low, close) = (columns.second, columns.third, columns.fourth)
      let before = state.previous
      up[0] = abs(high[0] - before.low)
      down[0] = abs(low[0] - before.high)
      range[0] = TrueRange.range(high[0], low[0], before.close)
      kernel_distances(high + 1, low, count - 1, up + 1)
      kernel_distances(low + 1, high, count - 1, down + 1)
      kernel_true_range(high + 1, low + 1, close, count - 1, range + 1)
      let last = count - 1
      state.previous = OHLCV(open: 0, high: high[last], low: low[last], close: close[last], volume: 0)
      state.ups.run(up, count: count, into: up)
      state.downs.run(down, count: count, into: down)
      state.ranges.run(range, count: count, into: range)
      kernel_divide_columns(up, range, 1, count, plus)
      kernel_divide_columns(down, range, 1, count, minus)
    }
  }
}
