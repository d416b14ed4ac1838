/// Positive volume index: from 1000 on changed by the close's relative change on bars of more volume than the bar before.
///
/// A bar with a missing number gives NaN and is skipped. Source: Fosback, "Stock Market Logic" (1976).
public struct PVI: Indicator {
  /// TA-Lib's PVI.
  public static let definition = IndicatorDefinition(
    "PVI", .volume, "positive volume index", inputs: [.close, .volume], missing: .skipped, isHomogeneous: false)

  private var index = VolumeIndex(rising: true)

  /// Makes the indicator of TA-Lib's parameters.
  public init() {
  }

  /// Makes the indicator; it takes no parameters.
  public init(parameters: IndicatorParameters) { self.init() }

  /// Inputs before the first result.
  public var lookback: Int { 0 }

  /// Takes a bar.
  @inline(__always)
  public mutating func update(_ bar: OHLCV, commit: Bool) -> Double {
    index.push(bar)
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(inputs, count, outputs, scratch: 0, isSteady: { $0.index.isSteady }) {
      state, columns, count, results, _ in
      state.index.run(columns.fourth, columns.fifth, count: count, into: results[0])
    }
  }
}
