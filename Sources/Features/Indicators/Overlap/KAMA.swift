/// Kaufman's adaptive mean: exponential, with a weight between those of 2 and 30 values by the efficiency ratio of n changes.
///
/// With a period of 1 it is the value. A window that holds a missing value gives NaN and leaves the mean as it was.
/// Source: Kaufman, "Smarter Trading" (1995).
public struct KAMA: Indicator {
  /// TA-Lib's KAMA.
  public static let definition = IndicatorDefinition(
    "KAMA", .overlap, "Kaufman adaptive moving average", parameters: [.period("timeperiod", 30, from: 1)],
    missing: .recovers)

  private var average: AdaptiveAverage

  /// Makes the indicator of TA-Lib's parameters.
  public init(timePeriod: Int = 30) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    average = AdaptiveAverage(parameters.integer(0))
  }

  /// Inputs before the first result.
  public var lookback: Int { average.lookback }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Double {
    average.push(value, commit: commit)
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    average.makeUnique()
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(inputs, count, outputs, scratch: 3, writesOnce: true, isSteady: { $0.average.isSteady }) {
      state, columns, count, results, scratch in
      state.average.run(
        columns.first, count: count, into: results[0], scratch: scratch[0], rests: scratch[1], terms: scratch[2])
    }
  }
}
