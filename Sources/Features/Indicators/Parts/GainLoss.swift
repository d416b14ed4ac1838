/// Wilder's means of the gains and of the losses of successive values; a missing value changes nothing.
struct GainLoss: Sendable, Codable {
  let period: Int
  private let weight: Double
  private let rest: Double
  private var seen = 0
  private var previous = 0.0
  private(set) var gain = 0.0
  private(set) var loss = 0.0

  init(_ period: Int) {
    self.period = period
    weight = 1 / Double(period)
    rest = 1 - weight
  }

  /// Takes a value; returns whether the means exist and the value was not missing.
  @inline(__always)
  mutating func push(_ value: Double) -> Bool {
    guard value.isFinite else { return false }
    let change = value - previous
    previous = value
    let up = change > 0 ? change : 0
    let down = up - change
    if seen > period {
      gain = gain * rest + up * weight
      loss = loss * rest + down * weight
      return true
    }
    return seed(up, down)
  }

  @inline(never)
  private mutating func seed(_ up: Double, _ down: Double) -> Bool {
    seen += 1
    guard seen > 1 else { return false }
    gain += up
    loss += down
    guard seen > period else { return false }
    gain *= weight
    loss *= weight
    return true
  }
}
