import CKernels

/// Chaikin money flow: sum over n bars of the money flow volume divided by the sum of the volume; 0 without volume.
///
/// A window that holds a missing number gives NaN.
public struct CMF: Indicator {
  /// TA-Lib's CMF.
  public static let definition = IndicatorDefinition(
    "CMF", .volume, "Chaikin money flow", inputs: [.high, .low, .close, .volume],
    parameters: [.period("timeperiod", 20)])

  private var flow: WindowSum
  private var volume: WindowSum

  /// Makes the indicator of TA-Lib's parameters.
  public init(timePeriod: Int = 20) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    flow = WindowSum(parameters.integer(0))
    volume = WindowSum(parameters.integer(0))
  }

  /// Inputs before the first result.
  public var lookback: Int { flow.length - 1 }

  /// Takes a bar.
  @inline(__always)
  public mutating func update(_ bar: OHLCV, commit: Bool) -> Double {
    let range = bar.high - bar.low
    let share =
      range > 0 ? ((bar.close - bar.low) - (bar.high - bar.close)) / range * bar.volume : (range + bar.close) * 0 + 0
    let total = volume.push(bar.volume, commit: commit)
    let moved = flow.push(share, commit: commit)
    return total == 0 ? moved * 0 + 0 : moved / total
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    flow.makeUnique()
    volume.makeUnique()
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(
      inputs, count, outputs, scratch: 2, writesOnce: true, isSteady: { $0.flow.isSteady && $0.volume.isSteady }
    ) {
      state, columns, count, results, scratch in
      let (flow, total, volume) = (scratch[1], scratch[0], columns.fifth)
      let (high, low, close) = (columns.second, columns.third, columns.fourth)
      kernel_flow(high, low, close, volume, count, flow)
      state.volume.run(volume, count: count, into: total)
      state.flow.run(flow, count: count, into: flow)
      kernel_ratio_or(flow, total, 0, count, results[0])
    }
  }
}
