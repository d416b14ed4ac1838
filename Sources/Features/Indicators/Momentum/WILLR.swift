/// −100 · (highest high − close) / (highest high − lowest low) over n bars, from −100 to 0; 0 without range.
///
/// A window that holds a missing price gives NaN.
public struct WILLR: Indicator {
  /// TA-Lib's WILLR.
  public static let definition = IndicatorDefinition(
    "WILLR", .momentum, "Williams' %R", inputs: [.high, .low, .close], parameters: [.period("timeperiod", 14)])

  private var highest: WindowExtremum
  private var lowest: WindowExtremum

  /// Makes the indicator of TA-Lib's parameters.
  public init(timePeriod: Int = 14) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    highest = WindowExtremum(parameters.integer(0), smallest: false)
    lowest = WindowExtremum(parameters.integer(0), smallest: true)
  }

  /// Inputs before the first result.
  public var lookback: Int { highest.length - 1 }

  /// Takes a bar.
  @inline(__always)
  public mutating func update(_ bar: OHLCV, commit: Bool) -> Double {
    let high = highest.push(bar.high, commit: commit)
    let low = lowest.push(bar.low, commit: commit)
    let range = high - low
    return isRounding(range, of: high, low) ? bar.close * 0 : (bar.close - high) / range * 100
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    highest.makeUnique()
    lowest.makeUnique()
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(inputs, count, outputs, scratch: 1, isSteady: { $0.highest.isSteady && $0.lowest.isSteady }) {
      state, columns, count, results, scratch in
      let (y, low, close) = (results[0], scratch[0], columns.fourth)
      state.highest.run(columns.second, count: count, into: y)
      state.lowest.run(columns.third, count: count, into: low)
      for row in 0..<count {
        let range = y[row] - low[row]
        let found = (close[row] - y[row]) / range * 100
        y[row] = isRounding(range, of: y[row], low[row]) ? close[row] * 0 : found
      }
    }
  }
}
