/// Positive volume index: from 1000 on changed by the close's relative change on bars of more volume than the bar before.
///
/// A bar with a missing number gives NaN and is skipped. Source: Fosback, "Stock Market Logic" (1976).
public struct PVI: Indicator {
  /// TA-Lib's PVI.
  public static let definition = IndicatorDefinition(
    "PVI", .volume, "positive volume index", inputs: [.close, .volume], missing: .skipped, isHomogeneous: false)

  private var index = 1000.0
  private var previousClose = 0.0
  private var previousVolume = 0.0
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
    if hasPrevious { index *= Self.growth(bar.close, bar.volume, previousClose, previousVolume) }
    hasPrevious = true
    previousClose = bar.close
    previousVolume = bar.volume
    return index
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(inputs, count, outputs, scratch: 0, isSteady: { $0.hasPrevious }) {
      state, columns, count, results, _ in
      let (y, close, volume) = (results[0], columns.fourth, columns.fifth)
      y[0] = Self.growth(close[0], volume[0], state.previousClose, state.previousVolume)
      for row in 1..<max(1, count) { y[row] = Self.growth(close[row], volume[row], close[row - 1], volume[row - 1]) }
      state.previousClose = close[count - 1]
      state.previousVolume = volume[count - 1]
      var index = state.index
      for row in 0..<count {
        index *= y[row]
        y[row] = index
      }
      state.index = index
    }
  }

  /// What the index is multiplied by: the change of the close where the volume has risen, else 1.
  @inline(__always)
  private static func growth(_ close: Double, _ volume: Double, _ before: Double, _ volumeBefore: Double) -> Double {
    let found = close / before
    return volume > volumeBefore && before != 0 ? found : 1
  }
}
