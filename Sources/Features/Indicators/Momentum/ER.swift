import CKernels

/// Kaufman's efficiency ratio: |change over n inputs| / sum of the n single changes' sizes; 1 in a flat window.
///
/// A window that holds a missing value gives NaN. Source: Kaufman, "Smarter Trading" (1995).
public struct ER: Indicator {
  /// TA-Lib's ER.
  public static let definition = IndicatorDefinition(
    "ER", .momentum, "efficiency ratio", parameters: [.period("timeperiod", 10)])

  private var lag: Lag
  private var path: WindowSum
  private var previous = Held()

  /// Makes the indicator of TA-Lib's parameters.
  public init(timePeriod: Int = 10) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    lag = Lag(parameters.integer(0))
    path = WindowSum(parameters.integer(0))
  }

  /// Inputs before the first result.
  public var lookback: Int { lag.length }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Double {
    let length = path.push(abs(value - previous.value), commit: commit)
    previous.value = value.isNumber ? value : .nan
    let change = abs(value - lag.push(value, commit: commit))
    return length == 0 ? 1 : change / length
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    lag.makeUnique()
    path.makeUnique()
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(inputs, count, outputs, scratch: 1, isSteady: { $0.path.isSteady && !$0.lag.hasMissing }) {
      state, columns, count, results, scratch in
      let (y, x, path) = (results[0], columns.first, scratch[0])
      kernel_distances(x, &state.previous.value, 1, path)
      kernel_distances(x + 1, x, count - 1, path + 1)
      state.previous.value = x[count - 1]
      state.path.run(path, count: count, into: path)
      state.lag.run(x, count: count) { start, count, before in
        kernel_efficiency(x + start, before, path + start, count, y + start)
      }
    }
  }
}
