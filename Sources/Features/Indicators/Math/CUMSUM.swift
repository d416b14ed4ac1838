/// Sum of all values so far; a missing value gives NaN and is left out.
///
/// Blocks of eight are summed on their own, so the error is that of an eighth as many additions.
public struct CUMSUM: Indicator {
  /// TA-Lib's CUMSUM.
  public static let definition = IndicatorDefinition(
    "CUMSUM", .mathOperator, "cumulative sum", missing: .skipped)

  private var sum = RunningTotal()

  /// Makes the indicator of TA-Lib's parameters.
  public init() {
  }

  /// Makes the indicator; it takes no parameters.
  public init(parameters: IndicatorParameters) { self.init() }

  /// Inputs before the first result.
  public var lookback: Int { 0 }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Double {
    guard value.isNumber else { return .nan }
    return sum.push(value)
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(inputs, count, outputs, scratch: 0, isSteady: { _ in true }) {
      state, columns, count, results, _ in
      state.sum.run(columns.first, count: count, into: results[0])
    }
  }
}
