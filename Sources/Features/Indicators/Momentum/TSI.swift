import CKernels

/// Blau's true strength index: 100 · a change smoothed by two exponential means / its size smoothed alike; 0 where that is 0.
///
/// A missing value gives NaN and is skipped. Source: Blau (1991).
public struct TSI: Indicator {
  /// TA-Lib's TSI.
  public static let definition = IndicatorDefinition(
    "TSI", .momentum, "true strength index", parameters: [.period("firstperiod", 25), .period("secondperiod", 13)],
    missing: .skipped)

  private var previous = 0.0
  private var hasPrevious = false
  private var firstChange: ExponentialAverage
  private var firstSize: ExponentialAverage
  private var secondChange: ExponentialAverage
  private var secondSize: ExponentialAverage

  /// Makes the indicator of TA-Lib's parameters.
  public init(firstPeriod: Int = 25, secondPeriod: Int = 13) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(firstPeriod), Double(secondPeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    firstChange = ExponentialAverage(parameters.integer(0))
    firstSize = firstChange
    secondChange = ExponentialAverage(parameters.integer(1))
    secondSize = secondChange
  }

  /// Inputs before the first result.
  public var lookback: Int { firstChange.period + secondChange.period - 1 }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Double {
    guard value.isNumber else { return .nan }
    let change = value - previous
    previous = value
    guard hasPrevious else {
      hasPrevious = true
      return .nan
    }
    let move = secondChange.push(firstChange.pushFinite(change))
    let size = secondSize.push(firstSize.pushFinite(abs(change)))
    return size == 0 ? 0 : 100 * move / size
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(inputs, count, outputs, scratch: 4, isSteady: { $0.hasPrevious && $0.secondSize.isSteady }) {
      state, columns, count, results, scratch in
      let (y, changes, sizes) = (results[0], scratch[0], scratch[1])
      let x = columns.first
      changes[0] = x[0] - state.previous
      kernel_subtract(x + 1, x, count - 1, changes + 1)
      state.previous = x[count - 1]
      for row in 0..<count { sizes[row] = abs(changes[row]) }
      state.firstChange.run(changes, count: count, into: changes)
      state.secondChange.run(changes, count: count, into: changes)
      state.firstSize.run(sizes, count: count, into: sizes)
      state.secondSize.run(sizes, count: count, into: sizes)
      kernel_percent_of(changes, sizes, count, y)
    }
  }
}
