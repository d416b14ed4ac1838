import CKernels

/// Heikin-Ashi candles: the close is the mean of the four prices, the open the middle of the previous open and close.
///
/// A bar with a missing price gives NaN and is skipped. Source: Valcu, "Using the Heikin-Ashi technique" (2004).
public struct HA: Indicator {
  /// The results of a bar.
  public struct Output: IndicatorOutput, Hashable {
    /// Open of the candle.
    public var open: Double
    /// High of the candle.
    public var high: Double
    /// Low of the candle.
    public var low: Double
    /// Close of the candle.
    public var close: Double

    /// Number of results.
    public static var count: Int { 4 }

    /// The results in TA-Lib's order.
    @inline(__always)
    public subscript(index: Int) -> Double { index == 0 ? open : (index == 1 ? high : (index == 2 ? low : close)) }
  }

  /// TA-Lib's HA.
  public static let definition = IndicatorDefinition(
    "HA", .price, "Heikin-Ashi candles", inputs: [.open, .high, .low, .close],
    outputs: ["haopen", "hahigh", "halow", "haclose"], missing: .skipped)

  private var hasPrevious = false
  private var previousMiddle = 0.0

  /// Makes the indicator of TA-Lib's parameters.
  public init() {
  }

  /// Makes the indicator; it takes no parameters.
  public init(parameters: IndicatorParameters) { self.init() }

  /// Inputs before the first result.
  public var lookback: Int { 0 }

  /// Takes a bar.
  @inline(__always)
  public mutating func update(_ bar: OHLCV, commit: Bool) -> Output {
    let total = bar.open + bar.high + bar.low + bar.close
    guard total.isNumber else { return Output(open: .nan, high: .nan, low: .nan, close: .nan) }
    let close = total / 4
    let open = hasPrevious ? previousMiddle : (bar.open + bar.close) / 2
    hasPrevious = true
    previousMiddle = (open + close) / 2
    return Output(open: open, high: max(bar.high, open, close), low: min(bar.low, open, close), close: close)
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(inputs, count, outputs, scratch: 0, writesOnce: true, isSteady: { $0.hasPrevious }) {
      state, columns, count, results, _ in
      withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<Double>?.self, capacity: 4) { candles in
        for place in 0..<4 { candles[place] = results[place] }
        state.previousMiddle = kernel_candles(
          state.previousMiddle, columns.first, columns.second, columns.third, columns.fourth, count, candles.baseAddress
        )
      }
    }
  }
}
