/// Exponential mean with weight 2/(n+1), seeded with the mean of the first n values (TA-Lib's EMA).
public struct ExponentialMean: Sendable, Codable {
  private let period: Int
  private let weight: Double
  private var seen = 0
  private var mean = 0.0

  /// Makes the mean of a period, at least 1.
  public init(period: Int) {
    precondition(period >= 1, "period must be at least 1")
    self.period = period
    weight = 2 / (Double(period) + 1)
  }

  /// The period.
  public var warmUp: Int { period }

  /// Takes the next value; O(1).
  @inline(__always)
  public mutating func update(_ value: Double) -> Double? {
    if seen >= period {
      mean = (value - mean) * weight + mean
      return mean
    }
    mean += value
    seen += 1
    guard seen == period else { return nil }
    mean /= Double(period)
    return mean
  }
}
