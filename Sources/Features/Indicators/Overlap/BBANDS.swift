/// A moving average and bands of k population standard deviations of the last n values about it.
///
/// A window that holds a missing value gives NaN. The deviation is taken about the simple mean, whatever the kind of average.
/// Source: Bollinger, "Bollinger on Bollinger Bands" (2001).
public struct BBANDS: Indicator {
  /// The results of a value.
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

  /// TA-Lib's BBANDS.
  public static let definition = IndicatorDefinition(
    "BBANDS", .overlap, "Bollinger bands",
    parameters: [
      .period("timeperiod", 20), .number("nbdevup", 2.0), .number("nbdevdn", 2.0), .average("matype", .sma),
    ], outputs: ["upperband", "middleband", "lowerband"])

  private var window: BandWindow
  private let up: Double
  private let down: Double

  /// Makes the indicator of TA-Lib's parameters.
  public init(
    timePeriod: Int = 20, deviationsUp: Double = 2.0, deviationsDown: Double = 2.0,
    averageType: MovingAverageType = .sma
  ) throws(FeatureError) {
    try self.init(
      parameters: IndicatorParameters(
        [Double(timePeriod), deviationsUp, deviationsDown, Double(averageType.rawValue)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    window = BandWindow(parameters.integer(0), parameters.average(3))
    up = parameters.values[1]
    down = parameters.values[2]
  }

  /// Inputs before the first result.
  public var lookback: Int { window.lookback }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Output {
    window.push(value, commit: commit)
    let deviation = window.deviation
    return Output(upper: window.middle + up * deviation, middle: window.middle, lower: window.middle - down * deviation)
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    window.makeUnique()
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(inputs, count, outputs, scratch: 1, isSteady: { $0.window.isSteady }) {
      state, columns, count, results, scratch in
      let (upper, middle, lower, deviation) = (results[0], results[1], results[2], scratch[0])
      state.window.run(columns.first, count: count, middles: middle, deviations: deviation)
      let (up, down) = (state.up, state.down)
      for row in 0..<count {
        upper[row] = middle[row] + up * deviation[row]
        lower[row] = middle[row] - down * deviation[row]
      }
    }
  }
}
