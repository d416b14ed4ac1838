import CKernels

/// Highest high and lowest low of n bars and their middle; a window that holds a missing price gives NaN.
public struct DONCHIAN: Indicator {
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

  /// TA-Lib's DONCHIAN.
  public static let definition = IndicatorDefinition(
    "DONCHIAN", .overlap, "Donchian channel", inputs: [.high, .low], parameters: [.period("timeperiod", 20)],
    outputs: ["upperband", "middleband", "lowerband"])

  private var highest: WindowExtremum
  private var lowest: WindowExtremum

  /// Makes the indicator of TA-Lib's parameters.
  public init(timePeriod: Int = 20) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    highest = WindowExtremum(parameters.integer(0), smallest: false)
    lowest = WindowExtremum(parameters.integer(0), smallest: true)
  }

  /// Inputs before the first result.
  public var lookback: Int { highest.length - 1 }

  /// Takes a bar.
  @inline(__always)
  public mutating func update(_ bar: OHLCV, commit: Bool) -> Output {
    let high = highest.push(bar.high, commit: commit)
    let low = lowest.push(bar.low, commit: commit)
    return Output(upper: high, middle: (high + low) / 2, lower: low)
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    highest.makeUnique()
    lowest.makeUnique()
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(inputs, count, outputs, scratch: 0, isSteady: { $0.highest.isSteady && $0.lowest.isSteady }) {
      state, columns, count, results, _ in
      let (upper, middle, lower) = (results[0], results[1], results[2])
      state.highest.run(columns.second, count: count, into: upper)
      state.lowest.run(columns.third, count: count, into: lower)
      kernel_add(upper, lower, 0.5, count, middle)
    }
  }
}
