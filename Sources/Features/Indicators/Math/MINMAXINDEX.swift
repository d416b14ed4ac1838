/// Numbers, from 0 at the first input, of the smallest and the largest of the last n values; ties as in TA-Lib.
///
/// Of equal ones a newer takes over when it comes; when the place leaves the window the oldest of the equal ones follows.
public struct MINMAXINDEX: Indicator {
  /// The results of a value.
  public struct Output: IndicatorOutput, Hashable {
    /// Number of the smallest value.
    public var minimumIndex: Double
    /// Number of the largest value.
    public var maximumIndex: Double

    /// Number of results.
    public static var count: Int { 2 }

    /// The results in TA-Lib's order.
    @inline(__always)
    public subscript(index: Int) -> Double { index == 0 ? minimumIndex : maximumIndex }
  }

  /// TA-Lib's MINMAXINDEX.
  public static let definition = IndicatorDefinition(
    "MINMAXINDEX", .mathOperator, "places of the smallest and largest value of a window",
    parameters: [.period("timeperiod", 30)], outputs: ["minidx", "maxidx"], missing: .recovers)

  private var smallest: WindowPlace
  private var largest: WindowPlace

  /// Makes the indicator of TA-Lib's parameters.
  public init(timePeriod: Int = 30) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    smallest = WindowPlace(parameters.integer(0), smallest: true)
    largest = WindowPlace(parameters.integer(0), smallest: false)
  }

  /// Inputs before the first result.
  public var lookback: Int { smallest.length - 1 }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Output {
    Output(
      minimumIndex: smallest.push(value, commit: commit), maximumIndex: largest.push(value, commit: commit))
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    smallest.makeUnique()
    largest.makeUnique()
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(inputs, count, outputs, scratch: 1, isSteady: { $0.smallest.isSteady && $0.largest.isSteady }) {
      state, columns, count, results, scratch in
      state.smallest.run(columns.first, count: count, into: results[0], extrema: scratch[0])
      state.largest.run(columns.first, count: count, into: results[1], extrema: scratch[0])
    }
  }
}
