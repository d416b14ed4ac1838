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

  /// Runs over columns; results of long ones go past the caches.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInGroups(inputs, count, outputs, place: { $0.hasPrevious ? $0.total.place : nil }) {
      state, columns, count, results, past in
      let (close, volume) = (columns.fourth, columns.fifth)
      guard close[-1] == state.previous else { return 0 }
      let taken = state.total.withAnchor { kernel_change_sums(close, volume, count, $0, nil, past, results[0]) }
      state.previous = close[taken - 1]
      return taken
    }
  }
}
