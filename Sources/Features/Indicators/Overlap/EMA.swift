import CKernels

/// Exponential mean with weight 2/(n + 1), started from the mean of the first n values; a missing value is skipped.
public struct EMA: Indicator {
  /// TA-Lib's EMA.
  public static let definition = IndicatorDefinition(
    "EMA", .overlap, "exponential moving average", parameters: [.period("timeperiod", 30, from: 1)], missing: .skipped)

  private var average: ExponentialAverage

  /// Makes the indicator of TA-Lib's parameters.
  public init(timePeriod: Int = 30) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    average = ExponentialAverage(parameters.integer(0))
  }

  /// Inputs before the first result.
  public var lookback: Int { average.period - 1 }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Double {
    average.push(value)
  }

  /// Runs over columns; results of long ones go past the caches.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInGroups(inputs, count, outputs, place: { $0.average.isSteady ? $0.average.place : nil }) {
      state, columns, count, results, past in
      state.average.withKernelSum { kernel_sums(columns.first, count, $0, past, results[0]) }
    }
  }
}
