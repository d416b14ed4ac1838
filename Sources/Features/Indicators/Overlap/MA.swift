/// Moving average of the kind `matype`; with a period of 1 it is the value.
public struct MA: Indicator {
  /// TA-Lib's MA.
  public static let definition = IndicatorDefinition(
    "MA", .overlap, "moving average of a chosen kind",
    parameters: [.period("timeperiod", 30, from: 1), .average("matype", .sma)])

  private var average: MovingAverage

  /// Makes the indicator of TA-Lib's parameters.
  public init(timePeriod: Int = 30, averageType: MovingAverageType = .sma) throws(FeatureError) {
    try self.init(
      parameters: IndicatorParameters([Double(timePeriod), Double(averageType.rawValue)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    average = MovingAverage(parameters.average(1), parameters.integer(0))
  }

  /// Inputs before the first result.
  public var lookback: Int { average.lookback }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Double {
    average.push(value, commit: commit)
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    average.makeUnique()
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(inputs, count, outputs, scratch: 0, writesOnce: true, isSteady: { $0.average.isSteady }) {
      state, columns, count, results, _ in
      state.average.run(columns.first, count: count, into: results[0])
    }
  }
}
