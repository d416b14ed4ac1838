import CKernels

/// Chande's momentum oscillator as he defined it: gains and losses are summed over the last n changes.
///
/// 0 where there was neither. A window that holds a missing value gives NaN. Source: Chande and Kroll (1994).
public struct CMOU: Indicator {
  /// TA-Lib's CMOU.
  public static let definition = IndicatorDefinition(
    "CMOU", .momentum, "Chande momentum oscillator, unsmoothed", parameters: [.period("timeperiod", 14)])

  private var gains: WindowSum
  private var losses: WindowSum
  private var previous = Held()

  /// Makes the indicator of TA-Lib's parameters.
  public init(timePeriod: Int = 14) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    gains = WindowSum(parameters.integer(0))
    losses = WindowSum(parameters.integer(0))
  }

  /// Inputs before the first result.
  public var lookback: Int { gains.length }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Double {
    let change = value - previous.value
    previous.value = value.isNumber ? value : .nan
    let up = positive(change)
    let gain = gains.push(up, commit: commit)
    let loss = losses.push(up - change, commit: commit)
    let total = gain + loss
    return total == 0 ? 0 : 100 * ((gain - loss) / total)
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    gains.makeUnique()
    losses.makeUnique()
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(
      inputs, count, outputs, scratch: 2, writesOnce: true, isSteady: { $0.gains.isSteady && $0.losses.isSteady }
    ) { state, columns, count, results, scratch in
      let (x, up, down) = (columns.first, scratch[0], scratch[1])
      kernel_gain_loss(x, &state.previous.value, 1, up, down)
      kernel_gain_loss(x + 1, x, count - 1, up + 1, down + 1)
      state.previous.value = x[count - 1]
      state.gains.run(up, count: count, into: up)
      state.losses.run(down, count: count, into: down)
      kernel_share(up, down, 1, count, results[0])
    }
  }
}
