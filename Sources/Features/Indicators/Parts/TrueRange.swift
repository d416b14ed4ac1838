import CKernels

/// The largest of high − low, |high − previous close| and |low − previous close|; a bar with a missing price is skipped.
struct TrueRange: Sendable, Codable {
  private(set) var hasClose = false
  var previousClose = 0.0

  /// Takes a bar; NaN for the first and for one with a missing price.
  @inline(__always)
  mutating func push(_ bar: OHLCV) -> Double {
    let (high, low) = (kernel_apart(bar.high), kernel_apart(bar.low))
    // One test: the sum is finite only if all are (prices are far from overflow).
    guard (high + low + bar.close).isNumber else { return .nan }
    let close = previousClose
    previousClose = bar.close
    guard hasClose else {
      hasClose = true
      return .nan
    }
    return Self.range(high, low, close)
  }

  @inline(__always)
  static func range(_ high: Double, _ low: Double, _ close: Double) -> Double {
    larger(high - low, larger(abs(close - high), abs(close - low)))
  }
}
