/// The last hikkake and how long it may still be confirmed.
struct HikkakeMemory: Sendable, Codable {
  private var barsLeft = 0
  private var direction = 0.0
  private var high = 0.0
  private var low = 0.0

  /// Takes the signal of a bar, the high and low of the bar before it, and its close; gives the result.
  @inline(__always)
  mutating func resolve(_ signal: Double, previous: (high: Double, low: Double), close: Double) -> Double {
    if signal != 0 {
      direction = signal
      (high, low) = previous
      barsLeft = 3
      return signal
    }
    guard barsLeft > 0 else { return 0 }
    barsLeft -= 1
    guard direction > 0 ? close > high : close < low else { return 0 }
    barsLeft = 0
    return 2 * direction
  }
}
