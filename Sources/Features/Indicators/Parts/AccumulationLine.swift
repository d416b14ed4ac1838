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

  /// Where in a block of sums the next bar goes.
  @inline(__always)
  var place: Int { total.place }

  /// The line, or the difference of two sums of it, after each of at most `count` bars from the start of a block on; returns of
  /// how many.
  @inline(__always)
  mutating func run(
    _ columns: InputColumns, count: Int, sums: UnsafeMutablePointer<kernel_sum>?, past: Int32,
    into results: UnsafeMutablePointer<Double>
  ) -> Int {
    var prices: (UnsafePointer<Double>?, UnsafePointer<Double>?, UnsafePointer<Double>?, UnsafePointer<Double>?)
    prices = (columns.second, columns.third, columns.fourth, columns.fifth)
    return total.withAnchor { anchor in
      withUnsafePointer(to: &prices) { prices in
        prices.withMemoryRebound(to: UnsafePointer<Double>?.self, capacity: 4) {
          kernel_flow_totals($0, count, anchor, sums, past, results)
        }
      }
    }
  }
}
