/// The sign of the last price change that was not zero; 0 before there was one.
struct TickRule: Sendable, Codable {
  private var previous = Held()
  private var sign = 0.0

  /// Whether there is no price yet.
  @inline(__always)
  var isEmpty: Bool { previous.value.isNaN }

  /// Takes a price that is a number.
  @inline(__always)
  mutating func push(_ price: Double) -> Double {
    if price > previous.value { sign = 1 }
    if price < previous.value { sign = -1 }
    previous.value = price
    return sign
  }
}
