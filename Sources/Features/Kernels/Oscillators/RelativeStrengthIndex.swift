/// Wilder's relative strength index, 0 to 100 (TA-Lib's RSI).
///
/// Gains and losses are seeded with the simple means of the first n changes, then smoothed with weight 1/n. Where there
/// was neither gain nor loss the index is 0.
/// Source: Wilder, "New Concepts in Technical Trading Systems" (1978).
public struct RelativeStrengthIndex: Sendable, Codable {
  private let period: Int
  private var seen = 0
  private var previous = 0.0
  private var gain = 0.0
  private var loss = 0.0

  /// Makes the index of a period, at least 2.
  public init(period: Int = 14) {
    precondition(period >= 2, "period must be at least 2")
    self.period = period
  }

  /// One more than the period.
  public var warmUp: Int { period + 1 }

  /// Takes the next price; O(1).
  @inline(__always)
  public mutating func update(_ price: Double) -> Double? {
    let change = price - previous
    previous = price
    seen = min(seen + 1, period + 2)
    guard seen > 1 else { return nil }
    let up = change > 0 ? change : 0
    let down = change < 0 ? -change : 0
    if seen > period + 1 {
      gain = (gain * Double(period - 1) + up) / Double(period)
      loss = (loss * Double(period - 1) + down) / Double(period)
    } else {
      gain += up
      loss += down
      guard seen == period + 1 else { return nil }
      gain /= Double(period)
      loss /= Double(period)
    }
    let total = gain + loss
    return total > 0 ? 100 * (gain / total) : 0
  }
}
