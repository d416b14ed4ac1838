import CKernels

/// Chaikin's oscillator: difference of two exponential means of the accumulation/distribution line.
///
/// Both means start at the line's first value. A bar with a missing number is skipped.
public struct ADOSC: Indicator {
  /// TA-Lib's ADOSC.
  public static let definition = IndicatorDefinition(
    "ADOSC", .volume, "Chaikin's oscillator", inputs: [.high, .low, .close, .volume],
    parameters: [.period("fastperiod", 3), .period("slowperiod", 10)], missing: .skipped)

  private var line = AccumulationLine()
  private let period: Int
  private let fastWeight: Double
  private let slowWeight: Double
  private var fast: DecayingSum
  private var slow: DecayingSum
  private var seen = 0

  /// Makes the indicator of TA-Lib's parameters.
  public init(fastPeriod: Int = 3, slowPeriod: Int = 10) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(fastPeriod), Double(slowPeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    period = max(parameters.integer(0), parameters.integer(1))
    fastWeight = 2 / (parameters.values[0] + 1)
    slowWeight = 2 / (parameters.values[1] + 1)
    fast = DecayingSum(rest: 1 - fastWeight)
    slow = DecayingSum(rest: 1 - slowWeight)
  }

  /// Inputs before the first result.
  public var lookback: Int { period - 1 }

  /// Takes a bar.
  @inline(__always)
  public mutating func update(_ bar: OHLCV, commit: Bool) -> Double {
    let total = line.push(bar)
    guard total.isNumber else { return .nan }
    if seen == 0 {
      // In step with the line, so that over columns all go through a block together.
      fast.start(total, at: line.place)
      slow.start(total, at: line.place)
      seen = 1
      return .nan
    }
    let difference = fast.push(total * fastWeight) - slow.push(total * slowWeight)
    seen = seen < period ? seen &+ 1 : seen
    return seen < period ? .nan : difference
  }

  /// Runs over columns; results of long ones go past the caches.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInGroups(inputs, count, outputs, place: { $0.seen >= $0.period && $0.seen > 0 ? $0.fast.place : nil }) {
      state, columns, count, results, past in
      var sums = (
        state.fast.kernelSum(weight: state.fastWeight), state.slow.kernelSum(weight: state.slowWeight)
      )
      let taken = withUnsafeMutablePointer(to: &sums) { sums in
        sums.withMemoryRebound(to: kernel_sum.self, capacity: 2) {
          state.line.run(columns, count: count, sums: $0, past: past, into: results[0])
        }
      }
      state.fast.start(sums.0.anchor)
      state.slow.start(sums.1.anchor)
      return taken
    }
  }
}
