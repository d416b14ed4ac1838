import CKernels

/// Chande's momentum oscillator with Wilder's means: 100 · (gain − loss) / (gain + loss), from −100 to 100.
///
/// 0 where there was neither. A missing value gives NaN and is skipped. Source: Chande and Kroll (1994); smoothing as TA-Lib.
public struct CMO: Indicator {
  /// TA-Lib's CMO.
  public static let definition = IndicatorDefinition(
    "CMO", .momentum, "Chande momentum oscillator", parameters: [.period("timeperiod", 14)], missing: .skipped)

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
    return total > 0 ? 100 * ((changes.gain - changes.loss) / total) : 0
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(inputs, count, outputs, scratch: 2, isSteady: { $0.changes.isSteady }) {
      state, columns, count, results, scratch in
      let (y, gains, losses) = (results[0], scratch[0], scratch[1])
      state.changes.run(columns.first, count: count, gains: gains, losses: losses)
      kernel_share(gains, losses, 1, count, y)
    }
  }
}
