/// The largest of high − low, |high − previous close| and |low − previous close|; a bar with a missing price is skipped.
struct TrueRange: Sendable, Codable {
  private var hasClose = false
  private(set) var previousClose = 0.0

  /// Takes a bar; NaN for the first and for one with a missing price.
  @inline(__always)
  mutating func push(_ bar: OHLCV) -> Double {
    // One test: the sum is finite only if all are (prices are far from overflow).
    guard (bar.high + bar.low + bar.close).isNumber else { return .nan }
    let close = previousClose
    previousClose = bar.close
    guard hasClose else {
      hasClose = true
      return .nan
    }
    let up = abs(close - bar.high)
    let down = abs(close - bar.low)
    let range = bar.high - bar.low
    return larger(range, larger(up, down))
  }
}
