/// An exponential mean that starts from the simple mean of its first n values; a missing value changes nothing.
///
/// The one recursion of EMA, RMA and everything built on them: mean ← mean + (x − mean)·weight, written so that the chain
/// from one value to the next is one multiplication and one addition.
struct ExponentialAverage: Sendable, Codable {
  let period: Int
  private let weight: Double
  private let rest: Double
  private var seen = 0
  private(set) var mean = 0.0

  /// Makes the mean with weight 2/(n + 1), or Wilder's 1/n.
  init(_ period: Int, wilder: Bool = false) {
    self.init(period, weight: wilder ? 1 / Double(period) : 2 / Double(period + 1))
  }

  /// Makes the mean with a weight of its own.
  init(_ period: Int, weight: Double) {
    precondition(period >= 1, "a mean is of at least one value")
    self.period = period
    self.weight = weight
    rest = 1 - weight
  }

  /// Whether the mean exists.
  @inline(__always)
  var isReady: Bool { seen >= period }

  /// Takes a value and returns the mean; NaN while it is seeded or for a missing value.
  @inline(__always)
  mutating func push(_ value: Double) -> Double {
    guard value.isFinite else { return .nan }
    if seen >= period {
      mean = mean * rest + value * weight
      return mean
    }
    return seed(value)
  }

  @inline(never)
  private mutating func seed(_ value: Double) -> Double {
    mean += value
    seen += 1
    guard seen == period else { return .nan }
    mean /= Double(period)
    return mean
  }
}
