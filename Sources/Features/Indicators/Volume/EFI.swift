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
    return average.push(change * bar.volume, inStepAt: (average.period + 1) & 7)
  }

  /// Runs over columns; results of long ones go past the caches.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInGroups(inputs, count, outputs, place: { $0.hasPrevious && $0.average.isSteady ? $0.average.place : nil }) {
      state, columns, count, results, past in
      let (close, volume) = (columns.fourth, columns.fifth)
      guard close[-1] == state.previous else { return 0 }
      let taken = state.average.withKernelSum { kernel_change_sums(close, volume, count, nil, $0, past, results[0]) }
      state.previous = close[taken - 1]
      return taken
    }
  }
}
