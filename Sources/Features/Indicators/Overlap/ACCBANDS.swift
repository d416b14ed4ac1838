import CKernels

/// Headley's acceleration bands: means of high · (1 + 4w), of the close and of low · (1 − 4w) with w = (high − low)/(high + low).
///
/// A window that holds a missing price gives NaN. Source: Headley, "Big Trends in Trading" (2002).
public struct ACCBANDS: Indicator {
  /// The results of a bar.
  public struct Output: IndicatorOutput, Hashable {
    /// Upper band.
    public var upper: Double
    /// Middle band.
    public var middle: Double
    /// Lower band.
    public var lower: Double

    /// Number of results.
    public static var count: Int { 3 }

    /// The results in TA-Lib's order.
    @inline(__always)
    public subscript(index: Int) -> Double { index == 0 ? upper : (index == 1 ? middle : lower) }
  }

  /// TA-Lib's ACCBANDS.
  public static let definition = IndicatorDefinition(
    "ACCBANDS", .overlap, "acceleration bands", inputs: [.high, .low, .close], parameters: [.period("timeperiod", 20)],
    outputs: ["upperband", "middleband", "lowerband"])

  private var upper: WindowSum
  private var middle: WindowSum
  private var lower: WindowSum
  private let inverse: Double

  /// Makes the indicator of TA-Lib's parameters.
  public init(timePeriod: Int = 20) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    upper = WindowSum(parameters.integer(0))
    middle = upper
    lower = upper
    inverse = 1 / Double(upper.length)
  }

  /// Inputs before the first result.
  public var lookback: Int { upper.length - 1 }

  /// Takes a bar.
  @inline(__always)
  public mutating func update(_ bar: OHLCV, commit: Bool) -> Output {
    let total = bar.high + bar.low
    let width = total == 0 ? 0 : 4 * (bar.high - bar.low) / total
    let high = upper.push(bar.high * (1 + width), commit: commit)
    let close = middle.push(bar.close, commit: commit)
    let low = lower.push(bar.low * (1 - width), commit: commit)
    return Output(upper: high * inverse, middle: close * inverse, lower: low * inverse)
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    upper.makeUnique()
    middle.makeUnique()
    lower.makeUnique()
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(
      inputs, count, outputs, scratch: 0, isSteady: { $0.upper.isSteady && $0.middle.isSteady && $0.lower.isSteady }
    ) {
      state, columns, count, results, _ in
      let (upper, middle, lower) = (results[0], results[1], results[2])
      let (high, low) = (columns.second, columns.third)
      for row in 0..<count {
        let total = high[row] + low[row]
        let found = 4 * (high[row] - low[row]) / total
        let width = total == 0 ? 0 : found
        upper[row] = high[row] * (1 + width)
        lower[row] = low[row] * (1 - width)
      }
      state.upper.run(upper, count: count, times: state.inverse, into: upper)
      state.middle.run(columns.fourth, count: count, times: state.inverse, into: middle)
      state.lower.run(lower, count: count, times: state.inverse, into: lower)
    }
  }
}
