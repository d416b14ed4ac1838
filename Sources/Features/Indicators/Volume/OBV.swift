import CKernels

/// On-balance volume: the first bar's volume, then plus or minus the volume with the sign of the close's change.
///
/// A bar with a missing number gives NaN and is skipped. Source: Granville (1963).
public struct OBV: Indicator {
  /// TA-Lib's OBV.
  public static let definition = IndicatorDefinition(
    "OBV", .volume, "on-balance volume", inputs: [.close, .volume], missing: .skipped)

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
    let before = hasPrevious ? previous : -Double.greatestFiniteMagnitude
    hasPrevious = true
    previous = bar.close
    // Without a branch, which could not be predicted.
    return total.push((bar.close > before ? bar.volume : 0) - (bar.close < before ? bar.volume : 0))
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(inputs, count, outputs, scratch: 0, isSteady: { $0.hasPrevious }) {
      state, columns, count, results, _ in
      let (y, close, volume) = (results[0], columns.fourth, columns.fifth)
      kernel_signed(close, &state.previous, volume, 1, y)
      kernel_signed(close + 1, close, volume + 1, count - 1, y + 1)
      state.previous = close[count - 1]
      state.total.run(y, count: count, into: y)
    }
  }
}
