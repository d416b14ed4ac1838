import CKernels

/// Pearson's correlation of two columns over the last n; 0 where one does not vary.
///
/// NaN where a window holds a missing number.
public struct CORREL: Indicator {
  /// TA-Lib's CORREL.
  public static let definition = IndicatorDefinition(
    "CORREL", .statistic, "Pearson's correlation", inputs: [.real, .real1],
    parameters: [.period("timeperiod", 30, from: 1)])

  private var window: WindowProducts

  /// Makes the indicator of TA-Lib's parameters.
  public init(timePeriod: Int = 30) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    window = WindowProducts(parameters.integer(0))
  }

  /// Inputs before the first result.
  public var lookback: Int { window.length - 1 }

  /// Takes a pair.
  @inline(__always)
  public mutating func update(_ pair: ValuePair, commit: Bool) -> Double {
    guard window.push(pair.first, pair.second, commit: commit) else { return .nan }
    let scale = (window.xx * window.yy).squareRoot()
    return scale > 0 ? window.xy / scale : 0
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    window.makeUnique()
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(inputs, count, outputs, scratch: 2, isSteady: { $0.window.isSteady }) {
      state, columns, count, results, scratch in
      let (y, xx, yy) = (results[0], scratch[0], scratch[1])
      state.window.run(columns.first, columns.second, count: count, xx: xx, yy: yy, xy: y)
      kernel_correlation(xx, yy, y, count, y)
    }
  }
}
