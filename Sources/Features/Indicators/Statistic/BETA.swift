import CKernels

/// Slope of the relative changes of the second column on those of the first over the last n; 0 where those do not vary.
///
/// A window that holds a missing number gives NaN.
public struct BETA: Indicator {
  /// TA-Lib's BETA.
  public static let definition = IndicatorDefinition(
    "BETA", .statistic, "beta", inputs: [.real, .real1], parameters: [.period("timeperiod", 5, from: 1)])

  private var window: WindowProducts
  private var previousFirst = Held()
  private var previousSecond = Held()

  /// Makes the indicator of TA-Lib's parameters.
  public init(timePeriod: Int = 5) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    window = WindowProducts(parameters.integer(0))
  }

  /// Inputs before the first result.
  public var lookback: Int { window.length }

  /// Takes a pair.
  @inline(__always)
  public mutating func update(_ pair: ValuePair, commit: Bool) -> Double {
    let x = previousFirst.value == 0 ? pair.first * 0 + 0 : (pair.first - previousFirst.value) / previousFirst.value
    let y =
      previousSecond.value == 0 ? pair.second * 0 + 0 : (pair.second - previousSecond.value) / previousSecond.value
    previousFirst.value = pair.first.isNumber ? pair.first : .nan
    previousSecond.value = pair.second.isNumber ? pair.second : .nan
    guard window.push(x, y, commit: commit) else { return .nan }
    return window.xx > 0 ? window.xy / window.xx : 0
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    window.makeUnique()
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(inputs, count, outputs, scratch: 4, isSteady: { $0.window.isSteady }) {
      state, columns, count, results, scratch in
      let (y, a, b, xx, yy) = (results[0], scratch[0], scratch[1], scratch[2], scratch[3])
      fractions(columns.first, after: state.previousFirst.value, count, into: a)
      fractions(columns.second, after: state.previousSecond.value, count, into: b)
      state.previousFirst.value = columns.first[count - 1]
      state.previousSecond.value = columns.second[count - 1]
      guard areModerate(a, count), areModerate(b, count) else {
        // Divided by next to nothing: not all changes are finite.
        for row in 0..<count {
          let isThere = state.window.push(a[row], b[row], commit: true)
          y[row] = isThere ? (state.window.xx > 0 ? state.window.xy / state.window.xx : 0) : .nan
        }
        return
      }
      state.window.run(a, b, count: count, xx: xx, yy: yy, xy: y)
      kernel_divide_columns(y, xx, 1, count, y)
    }
  }
}

/// The change of each value against the one before, as a fraction of that; 0 where that is 0.
@inline(__always)
private func fractions(
  _ values: UnsafePointer<Double>, after previous: Double, _ count: Int, into results: UnsafeMutablePointer<Double>
) {
  results[0] = previous == 0 ? 0 : (values[0] - previous) / previous
  kernel_changes(values + 1, values, Int32(kernel_fraction.rawValue), count &- 1, results + 1)
}
