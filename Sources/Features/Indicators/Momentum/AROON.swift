/// Aroon: 100 · (n − bars since the extreme of the last n + 1 bars) / n, for the lowest low and the highest high.
///
/// Of equal extremes the newest counts. A window that holds a missing price gives NaN. Source: Chande (1995).
public struct AROON: Indicator {
  /// The results of a bar.
  public struct Output: IndicatorOutput, Hashable {
    /// 100 where the lowest low is the newest bar.
    public var down: Double
    /// 100 where the highest high is the newest bar.
    public var up: Double

    /// Number of results.
    public static var count: Int { 2 }

    /// The results in TA-Lib's order.
    @inline(__always)
    public subscript(index: Int) -> Double { index == 0 ? down : up }
  }

  /// TA-Lib's AROON.
  public static let definition = IndicatorDefinition(
    "AROON", .momentum, "Aroon", inputs: [.high, .low], parameters: [.period("timeperiod", 14)],
    outputs: ["aroondown", "aroonup"])

  private var smallest: WindowPlace
  private var largest: WindowPlace
  private var seen = -1.0
  private let factor: Double

  /// Makes the indicator of TA-Lib's parameters.
  public init(timePeriod: Int = 14) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    smallest = WindowPlace(parameters.integer(0) + 1, smallest: true, ties: .newest)
    largest = WindowPlace(parameters.integer(0) + 1, smallest: false, ties: .newest)
    factor = 100 / parameters.values[0]
  }

  /// Inputs before the first result.
  public var lookback: Int { smallest.length - 1 }

  /// Takes a bar.
  @inline(__always)
  public mutating func update(_ bar: OHLCV, commit: Bool) -> Output {
    seen += 1
    let first = seen - Double(smallest.length - 1)
    let low = smallest.push(bar.low, commit: commit)
    let high = largest.push(bar.high, commit: commit)
    return Output(down: factor * (low - first), up: factor * (high - first))
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    smallest.makeUnique()
    largest.makeUnique()
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(inputs, count, outputs, scratch: 1, isSteady: { $0.smallest.isSteady && $0.largest.isSteady }) {
      state, columns, count, results, scratch in
      let (down, up) = (results[0], results[1])
      state.smallest.run(columns.third, count: count, into: down, extrema: scratch[0])
      state.largest.run(columns.second, count: count, into: up, extrema: scratch[0])
      let factor = state.factor
      let before = state.seen - Double(state.smallest.length - 1)
      for row in 0..<count {
        let first = before + Double(row + 1)
        down[row] = factor * (down[row] - first)
        up[row] = factor * (up[row] - first)
      }
      state.seen += Double(count)
    }
  }
}
