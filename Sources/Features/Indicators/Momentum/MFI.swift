import CKernels

/// 100 · positive / (positive + negative) money flow over n changes of the typical price; 0 where there was neither.
///
/// A window that holds a missing number gives NaN. Source: Quong and Soudack (1989).
public struct MFI: Indicator {
  /// TA-Lib's MFI.
  public static let definition = IndicatorDefinition(
    "MFI", .momentum, "money flow index", inputs: [.high, .low, .close, .volume],
    parameters: [.period("timeperiod", 14)])

  private var positive: WindowSum
  private var negative: WindowSum
  private var previous = Held()

  /// Makes the indicator of TA-Lib's parameters.
  public init(timePeriod: Int = 14) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    positive = WindowSum(parameters.integer(0))
    negative = WindowSum(parameters.integer(0))
  }

  /// Inputs before the first result.
  public var lookback: Int { positive.length }

  /// Takes a bar.
  @inline(__always)
  public mutating func update(_ bar: OHLCV, commit: Bool) -> Double {
    let price = (bar.high + bar.low + bar.close) / 3
    let change = move(price, previous.value)
    let flow = price * bar.volume + change * 0
    previous.value = price.isNumber ? price : .nan
    let up = positive.push(change > 0 ? flow : flow * 0, commit: commit)
    let total = up + negative.push(change < 0 ? flow : flow * 0, commit: commit)
    return total == 0 ? 0 : 100 * (up / total)
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    positive.makeUnique()
    negative.makeUnique()
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(inputs, count, outputs, scratch: 3, isSteady: { $0.positive.isSteady && $0.negative.isSteady }) {
      state, columns, count, results, scratch in
      let (y, price, up, down) = (results[0], scratch[0], scratch[1], scratch[2])
      kernel_mean_price(3, columns.second, columns.third, columns.fourth, columns.second, count, price)
      let volume = columns.fifth
      split(price, volume, 0, after: state.previous.value, up, down)
      for row in 1..<max(1, count) { split(price, volume, row, after: price[row - 1], up, down) }
      state.previous.value = price[count - 1]
      state.positive.run(up, count: count, into: up)
      state.negative.run(down, count: count, into: down)
      for row in 0..<count {
        let total = up[row] + down[row]
        let found = 100 * (up[row] / total)
        y[row] = total == 0 ? 0 : found
      }
    }
  }
}

/// Money flow of a row, to the side that the price has moved to.
@inline(__always)
private func split(
  _ price: UnsafePointer<Double>, _ volume: UnsafePointer<Double>, _ row: Int, after before: Double,
  _ up: UnsafeMutablePointer<Double>, _ down: UnsafeMutablePointer<Double>
) {
  let change = move(price[row], before)
  let flow = price[row] * volume[row] + change * 0
  up[row] = change > 0 ? flow : flow * 0
  down[row] = change < 0 ? flow : flow * 0
}

/// The change of the typical price; 0 where it is within rounding, so that ties on a grid of prices are none of either side.
@inline(__always)
private func move(_ price: Double, _ before: Double) -> Double {
  let change = price - before
  return isRounding(change, of: price, before) ? 0 : change
}
