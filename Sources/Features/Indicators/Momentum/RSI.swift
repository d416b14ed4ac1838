import CKernels

/// Wilder's relative strength index: 100 · mean gain / (mean gain + mean loss), from 0 to 100.
///
/// Gains and losses are seeded with the simple means of the first n changes, then smoothed with weight 1/n. 0 where there
/// was neither gain nor loss. A missing value gives NaN and is skipped.
/// Source: Wilder, "New Concepts in Technical Trading Systems" (1978).
public struct RSI: Indicator {
  /// TA-Lib's RSI.
  public static let definition = IndicatorDefinition(
    "RSI", .momentum, "relative strength index", parameters: [.period("timeperiod", 14)], missing: .skipped)

  private var changes: GainLoss

  /// Makes the indicator of TA-Lib's parameters.
  public init(timePeriod: Int = 14) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    changes = GainLoss(parameters.integer(0))
  }

  /// Inputs before the first result.
  public var lookback: Int { changes.period }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Double {
    guard changes.push(value) else { return .nan }
    let total = changes.gain + changes.loss
    return total > 0 ? 100 * (changes.gain / total) : 0
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(inputs, count, outputs, scratch: 1, isSteady: { $0.isSteady }) {
      state, columns, count, results, scratch in
      state.run(columns.first, count: count, into: results[0], losses: scratch[0])
    }
  }

  /// Whether the means have been seeded.
  @inline(__always)
  var isSteady: Bool { changes.isSteady }

  /// The index after each of `count` finite values.
  @inline(__always)
  mutating func run(
    _ values: UnsafePointer<Double>, count: Int, into results: UnsafeMutablePointer<Double>,
    losses: UnsafeMutablePointer<Double>
  ) {
    changes.run(values, count: count, gains: results, losses: losses)
    kernel_share(results, losses, 0, count, results)
  }
}
