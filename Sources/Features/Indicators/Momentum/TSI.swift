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
    // In step, so that over columns all four go through a block together.
    let (first, size) = (firstChange.pushFinite(change), firstSize.pushFinite(abs(change)))
    let smoothChange = secondChange.push(first, inStepAt: firstChange.place)
    let smoothSize = secondSize.push(size, inStepAt: firstChange.place)
    return smoothSize == 0 ? 0 : 100 * smoothChange / smoothSize
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(
      inputs, count, outputs, scratch: 0, writesOnce: true, isSteady: { $0.hasPrevious && $0.secondSize.isSteady }
    ) { state, columns, count, results, _ in
      let (x, y) = (columns.first, results[0])
      var row = 0
      // From the start of a block, and not the first row: that before it is read, too.
      while row < count, row == 0 || state.firstChange.place != 0 {
        y[row] = state.update(x[row], commit: true)
        row += 1
      }
      let groups = (count - row) / 32
      if groups > 0 {
        var means = [state.firstChange, state.firstSize, state.secondChange, state.secondSize]
        ExponentialAverage.runStrength(&means, x + row, groups: groups, into: y + row)
        (state.firstChange, state.firstSize, state.secondChange, state.secondSize) = (
          means[0], means[1], means[2], means[3]
        )
        row += 32 * groups
        state.previous = x[row - 1]
      }
      while row < count {
        y[row] = state.update(x[row], commit: true)
        row += 1
      }
    }
  }
}
