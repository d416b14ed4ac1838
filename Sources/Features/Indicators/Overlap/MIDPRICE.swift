import CKernels

/// Middle between the highest high and lowest low of n bars; a window that holds a missing price gives NaN.
public struct MIDPRICE: Indicator {
  /// TA-Lib's MIDPRICE.
  public static let definition = IndicatorDefinition(
    "MIDPRICE", .overlap, "midpoint of a price window", inputs: [.high, .low], parameters: [.period("timeperiod", 14)])

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
    (highest.push(bar.high, commit: commit) + lowest.push(bar.low, commit: commit)) * 0.5
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
      let y = results[0]
      let low = scratch[0]
      state.highest.run(columns.second, count: count, into: y)
      state.lowest.run(columns.third, count: count, into: low)
      kernel_add(y, low, 0.5, count, y)
    }
  }
}
