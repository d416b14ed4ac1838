import CKernels

/// Elder's force index: exponential mean of volume times the change of the close; a bar with a missing number is skipped.
public struct EFI: Indicator {
  /// TA-Lib's EFI.
  public static let definition = IndicatorDefinition(
    "EFI", .volume, "Elder's force index", inputs: [.close, .volume], parameters: [.period("timeperiod", 13, from: 1)],
    missing: .skipped)

  private var average: ExponentialAverage
  private var previous = 0.0
  private var hasPrevious = false

  /// Makes the indicator of TA-Lib's parameters.
  public init(timePeriod: Int = 13) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    average = ExponentialAverage(parameters.integer(0))
  }

  /// Inputs before the first result.
  public var lookback: Int { average.period }

  /// Takes a bar.
  @inline(__always)
  public mutating func update(_ bar: OHLCV, commit: Bool) -> Double {
    guard (bar.close + bar.volume).isNumber else { return .nan }
    let change = bar.close - previous
    previous = bar.close
    guard hasPrevious else {
      hasPrevious = true
      return .nan
    }
    return average.push(change * bar.volume)
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(inputs, count, outputs, scratch: 0, isSteady: { $0.hasPrevious && $0.average.isSteady }) {
      state, columns, count, results, _ in
      let (y, close, volume) = (results[0], columns.fourth, columns.fifth)
      kernel_change_times(close, &state.previous, volume, 1, y)
      kernel_change_times(close + 1, close, volume + 1, count - 1, y + 1)
      state.previous = close[count - 1]
      state.average.run(y, count: count, into: y)
    }
  }
}
