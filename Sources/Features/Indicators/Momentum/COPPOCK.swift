import CKernels

/// Weighted mean of the sum of two rates of change; a window that holds a missing value gives NaN.
///
/// Source: Coppock (1962).
public struct COPPOCK: Indicator {
  /// TA-Lib's COPPOCK.
  public static let definition = IndicatorDefinition(
    "COPPOCK", .momentum, "Coppock curve",
    parameters: [
      .period("wmaperiod", 10, from: 1), .period("roc1period", 11, from: 1), .period("roc2period", 14, from: 1),
    ])

  private var first: Lag
  private var second: Lag
  private var window: WindowWeightedSum
  private let divisor: Double

  /// Makes the indicator of TA-Lib's parameters.
  public init(averagePeriod: Int = 10, firstPeriod: Int = 11, secondPeriod: Int = 14) throws(FeatureError) {
    try self.init(
      parameters: IndicatorParameters(
        [Double(averagePeriod), Double(firstPeriod), Double(secondPeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    first = Lag(parameters.integer(1))
    second = Lag(parameters.integer(2))
    window = WindowWeightedSum(parameters.integer(0))
    divisor = triangle(window.length)
  }

  /// Inputs before the first result.
  public var lookback: Int { max(first.length, second.length) + window.length - 1 }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Double {
    let change = rateOfChange(value, first.push(value, commit: commit))
    let other = rateOfChange(value, second.push(value, commit: commit))
    return window.push(change + other, commit: commit) / divisor
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    first.makeUnique()
    second.makeUnique()
    window.makeUnique()
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(
      inputs, count, outputs, scratch: 2,
      isSteady: { $0.window.isSteady && !$0.first.hasMissing && !$0.second.hasMissing }
    ) {
      state, columns, count, results, scratch in
      let (y, x, change, other) = (results[0], columns.first, scratch[0], scratch[1])
      state.first.run(x, count: count) { start, count, before in
        kernel_changes(x + start, before, Int32(kernel_percent.rawValue), count, change + start)
      }
      state.second.run(x, count: count) { start, count, before in
        kernel_changes(x + start, before, Int32(kernel_percent.rawValue), count, other + start)
      }
      kernel_add(change, other, 1, count, change)
      let divisor = state.divisor
      guard areModerate(change, count) else {
        // Divided by next to nothing: not all changes are finite.
        for row in 0..<count { y[row] = state.window.push(change[row], commit: true) / divisor }
        return
      }
      state.window.run(change, count: count, into: y, sums: other)
      for row in 0..<count { y[row] /= divisor }
    }
  }
}
