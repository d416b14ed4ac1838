import CKernels

/// Price volume trend: running sum of volume times the close's relative change.
///
/// A bar with a missing number gives NaN and is skipped.
public struct PVT: Indicator {
  /// TA-Lib's PVT.
  public static let definition = IndicatorDefinition(
    "PVT", .volume, "price volume trend", inputs: [.close, .volume], missing: .skipped)

  private var total = RunningTotal()
  private var previous = 0.0
  private var hasPrevious = false

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
    guard (bar.close + bar.volume).isNumber else { return .nan }
    let before = previous
    let isMove = hasPrevious && before != 0
    hasPrevious = true
    previous = bar.close
    return total.push(isMove ? (bar.close - before) / before * bar.volume : 0)
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(inputs, count, outputs, scratch: 0, isSteady: { $0.hasPrevious }) {
      state, columns, count, results, _ in
      let (y, close, volume) = (results[0], columns.fourth, columns.fifth)
      kernel_fraction_times(close, &state.previous, volume, 1, y)
      kernel_fraction_times(close + 1, close, volume + 1, count - 1, y + 1)
      state.previous = close[count - 1]
      state.total.run(y, count: count, into: y)
    }
  }
}
