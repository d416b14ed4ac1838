import CKernels

/// (typical price − mean) / (0.015 · mean absolute deviation) over n bars; 0 in a flat window.
///
/// O(n) a bar.
/// A window that holds a missing price gives NaN. Source: Lambert (1980).
public struct CCI: Indicator {
  /// TA-Lib's CCI.
  public static let definition = IndicatorDefinition(
    "CCI", .momentum, "commodity channel index", inputs: [.high, .low, .close], parameters: [.period("timeperiod", 14)])

  private var window: WindowDeviation

  /// Makes the indicator of TA-Lib's parameters.
  public init(timePeriod: Int = 14) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    window = WindowDeviation(parameters.integer(0))
  }

  /// Inputs before the first result.
  public var lookback: Int { window.length - 1 }

  /// Takes a bar.
  @inline(__always)
  public mutating func update(_ bar: OHLCV, commit: Bool) -> Double {
    let price = (bar.high + bar.low + bar.close) / 3
    window.push(price, commit: commit)
    return Self.index(price, window.mean, window.meanDeviation)
  }

  @inline(__always)
  private static func index(_ price: Double, _ mean: Double, _ meanDeviation: Double) -> Double {
    let difference = price - mean
    let deviation = 0.015 * meanDeviation
    // A deviation within rounding is none, as in TA-Lib.
    let isFlat = abs(meanDeviation) <= 1e-14 * abs(mean)
    return difference == 0 || isFlat ? deviation * 0 : difference / deviation
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    window.makeUnique()
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(inputs, count, outputs, scratch: 3, isSteady: { $0.window.isSteady }) {
      state, columns, count, results, scratch in
      let (y, prices, means, deviations) = (results[0], scratch[0], scratch[1], scratch[2])
      kernel_mean_price(3, columns.second, columns.third, columns.fourth, nil, count, prices)
      state.window.run(prices, count: count, means: means, deviations: deviations)
      for row in 0..<count { y[row] = Self.index(prices[row], means[row], deviations[row]) }
    }
  }
}
