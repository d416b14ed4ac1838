import CKernels

/// Williams' ultimate oscillator: buying pressure over true range in three windows, weighted 4, 2 and 1, in percent.
///
/// The shortest window weighs most, whatever the order given. A window that holds a missing price gives NaN.
/// Source: Williams (1985).
public struct ULTOSC: Indicator {
  /// TA-Lib's ULTOSC.
  public static let definition = IndicatorDefinition(
    "ULTOSC", .momentum, "ultimate oscillator", inputs: [.high, .low, .close],
    parameters: [
      .period("timeperiod1", 7, from: 1), .period("timeperiod2", 14, from: 1), .period("timeperiod3", 28, from: 1),
    ])

  private var pressures: WindowTriple
  private var ranges: WindowTriple
  private var previous = Held()

  /// Makes the indicator of TA-Lib's parameters.
  public init(firstPeriod: Int = 7, secondPeriod: Int = 14, thirdPeriod: Int = 28) throws(FeatureError) {
    try self.init(
      parameters: IndicatorParameters(
        [Double(firstPeriod), Double(secondPeriod), Double(thirdPeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    let periods = [parameters.integer(0), parameters.integer(1), parameters.integer(2)].sorted()
    pressures = WindowTriple(periods)
    ranges = WindowTriple(periods)
  }

  /// Inputs before the first result.
  public var lookback: Int { pressures.longest }

  /// Takes a bar.
  @inline(__always)
  public mutating func update(_ bar: OHLCV, commit: Bool) -> Double {
    let close = previous.value
    previous.value = bar.close.isNumber ? bar.close : .nan
    let low = smaller(close, bar.low)
    let reach = larger(abs(close - bar.high), abs(close - bar.low))
    let range = larger(bar.high - bar.low, reach) + (close + bar.high) * 0
    pressures.push(bar.close - low + range * 0, commit: commit)
    ranges.push(range, commit: commit)
    return 100
      * ((4 * pressures.share(0, of: ranges) + 2 * pressures.share(1, of: ranges) + pressures.share(2, of: ranges)) / 7)
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    pressures.makeUnique()
    ranges.makeUnique()
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(inputs, count, outputs, scratch: 8, isSteady: { $0.pressures.isSteady && $0.ranges.isSteady }) {
      state, columns, count, results, scratch in
      let (y, pressure, range) = (results[0], scratch[0], scratch[1])
      let (high, low, close) = (columns.second, columns.third, columns.fourth)
      pressure[0] = close[0] - smaller(state.previous.value, low[0])
      range[0] = TrueRange.range(high[0], low[0], state.previous.value)
      kernel_pressure(close + 1, low + 1, close, count - 1, pressure + 1)
      kernel_true_range(high + 1, low + 1, close, count - 1, range + 1)
      state.previous.value = close[count - 1]
      let (a, b, c) = (scratch[2], scratch[3], scratch[4])
      let (d, e, f) = (scratch[5], scratch[6], scratch[7])
      state.pressures.run(pressure, count: count, into: (a, b, c))
      state.ranges.run(range, count: count, into: (d, e, f))
      withUnsafeTemporaryAllocation(of: UnsafePointer<Double>?.self, capacity: 6) { sums in
        for (place, column) in [a, b, c, d, e, f].enumerated() { sums[place] = UnsafePointer(column) }
        kernel_ultimate(sums.baseAddress, count, y)
      }
    }
  }
}
