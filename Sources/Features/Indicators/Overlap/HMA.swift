import CKernels

/// Weighted mean of ⌊√n⌋ values of twice the weighted mean of ⌊n/2⌋ values less that of n; NaN where a window holds a missing value.
///
/// With a period of 1 it is the value. Source: Hull (2005).
public struct HMA: Indicator {
  /// TA-Lib's HMA.
  public static let definition = IndicatorDefinition(
    "HMA", .overlap, "Hull moving average", parameters: [.period("timeperiod", 20, from: 1)])

  private var full: WindowWeightedSum
  private var half: WindowWeightedSum
  private var root: WindowWeightedSum
  private let inverses: SIMD4<Double>

  /// Makes the indicator of TA-Lib's parameters.
  public init(timePeriod: Int = 20) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    let period = parameters.integer(0)
    full = WindowWeightedSum(period)
    half = WindowWeightedSum(max(1, period / 2))
    root = WindowWeightedSum(Int(Double(period).squareRoot()))
    inverses = SIMD4(2 / triangle(half.length), 1 / triangle(full.length), 1 / triangle(root.length), 0)
  }

  /// Inputs before the first result.
  public var lookback: Int { full.length + root.length - 2 }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Double {
    let slow = full.push(value, commit: commit) * inverses[1]
    let fast = half.push(value, commit: commit) * inverses[0]
    return root.push(fast - slow, commit: commit) * inverses[2]
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    full.makeUnique()
    half.makeUnique()
    root.makeUnique()
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(
      inputs, count, outputs, scratch: 2, writesOnce: true,
      isSteady: { $0.full.isSteady && $0.half.isSteady && $0.root.isSteady }
    ) { state, columns, count, results, scratch in
      let (slow, fast) = (scratch[0], scratch[1])
      state.full.run(columns.first, count: count, times: state.inverses[1], into: slow)
      state.half.run(columns.first, count: count, times: state.inverses[0], into: fast)
      kernel_subtract(fast, slow, count, fast)
      state.root.run(fast, count: count, times: state.inverses[2], into: results[0])
    }
  }
}
