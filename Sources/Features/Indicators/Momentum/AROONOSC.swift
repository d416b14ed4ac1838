/// Aroon up less Aroon down; a window that holds a missing price gives NaN.
///
/// Source: Chande (1995).
public struct AROONOSC: Indicator {
  /// TA-Lib's AROONOSC.
  public static let definition = IndicatorDefinition(
    "AROONOSC", .momentum, "Aroon oscillator", inputs: [.high, .low], parameters: [.period("timeperiod", 14)])

  private var smallest: WindowPlace
  private var largest: WindowPlace
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
  public mutating func update(_ bar: OHLCV, commit: Bool) -> Double {
    let low = smallest.push(bar.low, commit: commit)
    return factor * (largest.push(bar.high, commit: commit) - low)
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    smallest.makeUnique()
    largest.makeUnique()
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(inputs, count, outputs, scratch: 2, isSteady: { $0.smallest.isSteady && $0.largest.isSteady }) {
      state, columns, count, results, scratch in
      let (y, low) = (results[0], scratch[0])
      state.smallest.run(columns.third, count: count, into: low, extrema: scratch[1])
      state.largest.run(columns.second, count: count, into: y, extrema: scratch[1])
      let factor = state.factor
      for row in 0..<count { y[row] = factor * (y[row] - low[row]) }
    }
  }
}
