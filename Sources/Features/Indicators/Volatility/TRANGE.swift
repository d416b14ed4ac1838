/// Largest of high − low, |high − previous close| and |low − previous close|; a bar with a missing price is skipped.
///
/// Source: Wilder (1978).
public struct TRANGE: Indicator {
  /// TA-Lib's TRANGE.
  public static let definition = IndicatorDefinition(
    "TRANGE", .volatility, "true range", inputs: [.high, .low, .close], missing: .skipped)

  private var range = TrueRange()

  /// Makes the indicator of TA-Lib's parameters.
  public init() {
  }

  /// Makes the indicator; it takes no parameters.
  public init(parameters: IndicatorParameters) { self.init() }

  /// Inputs before the first result.
  public var lookback: Int { 1 }

  /// Takes a bar.
  @inline(__always)
  public mutating func update(_ bar: OHLCV, commit: Bool) -> Double {
    range.push(bar)
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(inputs, count, outputs, scratch: 0, writesOnce: true, isSteady: { $0.range.isSteady }) {
      state, columns, count, results, _ in
      let y = results[0]
      let (high, low, close) = (columns.second, columns.third, columns.fourth)
      state.range.run(high, low, close, count: count, into: y)
    }
  }
}
