/// Durations by size, in buckets of at most 1/16 of their size: what is kept does not grow, and percentiles are off by 6 % at most.
public struct LatencyHistogram: Sendable, Hashable {
  private var buckets = [Int](repeating: 0, count: 16 * 40)
  /// Durations so far.
  public private(set) var count = 0
  /// The longest, in nanoseconds.
  public private(set) var maximum: Int64 = 0

  /// Makes an empty histogram.
  public init() {}

  /// Adds a duration in nanoseconds.
  public mutating func add(_ nanoseconds: Int64) {
    let value = max(0, nanoseconds)
    count += 1
    maximum = max(maximum, value)
    buckets[Self.bucket(value)] += 1
  }

  /// The duration in nanoseconds that a share of all is not above; 0 if there are none.
  public func percentile(_ share: Double) -> Int64 {
    let wanted = Int((share * Double(count)).rounded(.up))
    var sum = 0
    for (index, number) in buckets.enumerated() where number > 0 {
      sum += number
      if sum >= wanted { return min(maximum, Self.upperBound(index)) }
    }
    return maximum
  }

  private static func bucket(_ value: Int64) -> Int {
    if value < 16 { return Int(value) }
    let power = 63 - value.leadingZeroBitCount
    return min(16 * 40 - 1, 16 * (power - 3) + Int(value >> Int64(power - 4)) - 16)
  }

  private static func upperBound(_ index: Int) -> Int64 {
    if index < 16 { return Int64(index) }
    let power = index / 16 + 3
    return Int64(16 + index % 16 + 1) << Int64(power - 4) - 1
  }
}
