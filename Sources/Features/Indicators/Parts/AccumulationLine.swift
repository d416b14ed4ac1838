import CKernels

/// Chaikin's accumulation/distribution line; a bar with a missing number gives NaN and is skipped.
struct AccumulationLine: Sendable, Codable {
  private var total = RunningTotal()

  @inline(__always)
  mutating func push(_ bar: OHLCV) -> Double {
    guard (bar.high + bar.low + bar.close + bar.volume).isNumber else { return .nan }
    return total.push(Self.flow(bar.high, bar.low, bar.close, bar.volume))
  }

  /// The volume times where the close lies between low and high, from −1 to 1; 0 where they are equal.
  @inline(__always)
  private static func flow(_ high: Double, _ low: Double, _ close: Double, _ volume: Double) -> Double {
    let range = high - low
    let found = ((close - low) - (high - close)) / range * volume
    return range > 0 ? found : 0
  }

  /// The line after each of `count` bars of finite numbers; `flows` may be the place of the results.
  @inline(__always)
  mutating func run(
    _ columns: InputColumns, count: Int, flows: UnsafeMutablePointer<Double>,
    into results: UnsafeMutablePointer<Double>
  ) {
    let (high, low, close, volume) = (columns.second, columns.third, columns.fourth, columns.fifth)
    kernel_flow(high, low, close, volume, count, flows)
    total.run(flows, count: count, into: results)
  }
}
