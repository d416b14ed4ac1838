/// Chaikin's accumulation/distribution line; a bar with a missing number gives NaN and is skipped.
struct AccumulationLine: Sendable, Codable {
  private var total = 0.0

  @inline(__always)
  mutating func push(_ bar: OHLCV) -> Double {
    guard (bar.high + bar.low + bar.close + bar.volume).isNumber else { return .nan }
    let range = bar.high - bar.low
    if range > 0 { total += ((bar.close - bar.low) - (bar.high - bar.close)) / range * bar.volume }
    return total
  }
}
