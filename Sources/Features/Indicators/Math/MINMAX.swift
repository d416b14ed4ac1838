/// Smallest and largest of the last n values; a window that holds a missing value gives NaN.
public struct MINMAX: Indicator {
  /// The results of a value.
  public struct Output: IndicatorOutput, Hashable {
    /// Smallest value of the window.
    public var minimum: Double
    /// Largest value of the window.
    public var maximum: Double

    /// Number of results.
    public static var count: Int { 2 }

    /// The results in TA-Lib's order.
    @inline(__always)
    public subscript(index: Int) -> Double { index == 0 ? minimum : maximum }
  }

  /// TA-Lib's MINMAX.
  public static let definition = IndicatorDefinition(
    "MINMAX", .mathOperator, "smallest and largest value of a window", parameters: [.period("timeperiod", 30)],
    outputs: ["min", "max"])

  private var smallest: WindowExtremum
  private var largest: WindowExtremum

  /// Makes the indicator of TA-Lib's parameters.
  public init(timePeriod: Int = 30) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    smallest = WindowExtremum(parameters.integer(0), smallest: true)
    largest = WindowExtremum(parameters.integer(0), smallest: false)
  }

  /// Inputs before the first result.
  public var lookback: Int { smallest.length - 1 }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Output {
    Output(minimum: smallest.push(value, commit: commit), maximum: largest.push(value, commit: commit))
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    smallest.makeUnique()
    largest.makeUnique()
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(
      inputs, count, outputs, scratch: 0, writesOnce: true, isSteady: { $0.smallest.isSteady && $0.largest.isSteady }
    ) {
      state, columns, count, results, _ in
      state.smallest.run(columns.first, count: count, into: results[0])
      state.largest.run(columns.first, count: count, into: results[1])
    }
  }
}
