/// A running sum in every lane; the lanes' form of `CompensatedSum`.
struct LaneSum: Sendable, Codable {
  private var high = Lanes.zero
  private var low = Lanes.zero

  @inline(__always) var value: Lanes { high + low }

  @inline(__always)
  mutating func add(_ term: Lanes) {
    let sum = high + term
    let shadow = sum - high
    low += (high - (sum - shadow)) + (term - shadow)
    high = sum
  }

  /// Starts the sum of some lanes anew.
  mutating func clear(_ lanes: LaneBits) {
    high = high.replaced(by: 0, where: lanes)
    low = low.replaced(by: 0, where: lanes)
  }
}
