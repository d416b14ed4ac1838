import CKernels

/// 100 where the bar `rightbars` ago is a swing: its high above, or its low below, all others of the window; else 0.
///
/// A swing is known `rightbars` bars after it. A window that holds a missing price gives NaN. Source: Williams (1998).
public struct FRACTAL: Indicator {
  /// The results of a bar.
  public struct Output: IndicatorOutput, Hashable {
    /// 100 for a swing high.
    public var swingHigh: Double
    /// 100 for a swing low.
    public var swingLow: Double

    /// Number of results.
    public static var count: Int { 2 }

    /// The results in TA-Lib's order.
    @inline(__always)
    public subscript(index: Int) -> Double { index == 0 ? swingHigh : swingLow }
  }

  /// TA-Lib's FRACTAL.
  public static let definition = IndicatorDefinition(
    "FRACTAL", .momentum, "fractal swing points", inputs: [.high, .low],
    parameters: [.period("leftbars", 2, from: 1), .period("rightbars", 2, from: 1)], outputs: ["swinghigh", "swinglow"])

  private var highs: Ring
  private var lows: Ring
  private var run = FiniteRun()
  private let right: Int

  /// Makes the indicator of TA-Lib's parameters.
  public init(leftBars: Int = 2, rightBars: Int = 2) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(leftBars), Double(rightBars)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    right = parameters.integer(1)
    highs = Ring(capacity: parameters.integer(0) + right + 1)
    lows = Ring(capacity: parameters.integer(0) + right + 1)
  }

  /// Inputs before the first result.
  public var lookback: Int { highs.capacity - 1 }

  /// Takes a bar.
  @inline(__always)
  public mutating func update(_ bar: OHLCV, commit: Bool) -> Output {
    run.push(bar.high + bar.low)
    let isFull = run.covers(highs.capacity)
    // The window without the newest bar is the newest of the rings, less its oldest.
    var isHigh = isFull
    var isLow = isFull
    let pivotHigh = highs[age: right - 1]
    let pivotLow = lows[age: right - 1]
    for age in 0..<highs.capacity - 1 where age != right - 1 {
      isHigh = isHigh && pivotHigh > highs[age: age]
      isLow = isLow && pivotLow < lows[age: age]
    }
    isHigh = isHigh && pivotHigh > bar.high
    isLow = isLow && pivotLow < bar.low
    _ = highs.push(bar.high.isNumber ? bar.high : 0, commit: commit)
    _ = lows.push(bar.low.isNumber ? bar.low : 0, commit: commit)
    guard isFull else { return Output(swingHigh: .nan, swingLow: .nan) }
    return Output(swingHigh: isHigh ? 100 : 0, swingLow: isLow ? 100 : 0)
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    highs.makeUnique()
    lows.makeUnique()
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(inputs, count, outputs, scratch: 2, isSteady: { $0.run.covers($0.highs.capacity) }) {
      state, columns, count, results, scratch in
      state.run.push(finite: count)
      let size = state.highs.capacity
      withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * (size + count)) { buffer in
        guard let high = buffer.baseAddress else { return }
        let low = high + size + count
        for age in 0..<size {
          high[size - 1 - age] = state.highs[age: age]
          low[size - 1 - age] = state.lows[age: age]
        }
        (high + size).update(from: columns.second, count: count)
        (low + size).update(from: columns.third, count: count)
        state.mark(high + size, count, 1, into: results[0])
        state.mark(low + size, count, -1, into: results[1])
        for row in max(0, count - size)..<count {
          _ = state.highs.push(columns.second[row], commit: true)
          _ = state.lows.push(columns.third[row], commit: true)
        }
      }
    }
  }

  /// 100 where the value `right` rows before is beyond all others of its window, else 0.
  @inline(__always)
  private func mark(
    _ values: UnsafePointer<Double>, _ count: Int, _ sign: Double, into results: UnsafeMutablePointer<Double>
  ) {
    results.update(repeating: 100, count: count)
    let pivot = values - right
    for age in 0..<highs.capacity where age != right {
      kernel_keep_above(pivot, values - age, sign, count, results)
    }
  }
}
