import CKernels

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

  /// Runs over columns; results of long ones go past the caches.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInGroups(inputs, count, outputs, place: { $0.range.isSteady ? 0 : nil }) {
      state, columns, count, results, past in
      let (high, low, close) = (columns.second, columns.third, columns.fourth)
      guard close[-1] == state.range.previousClose else { return 0 }
      let taken = kernel_true_ranges(high, low, close, count, past, results[0])
      state.range.previousClose = close[taken - 1]
      return taken
    }
  }
}
