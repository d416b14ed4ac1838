/// Slow stochastic and Williams %R of a price whose high and low are its own extremes in the window.
///
/// %K is the simple mean of `slowing` raw values 100·(p − low)/(high − low), 0 where high = low; %D the simple mean of
/// `signal` values of %K (TA-Lib's STOCH with simple means). %R is −100·(high − p)/(high − low), 0 where equal
/// (TA-Lib's WILLR).
public struct Stochastic: Sendable, Codable {
  /// What is known after a price; %R exists first.
  public struct Value: Sendable, Hashable {
    /// Slow %K, or NaN while warming up.
    public let slowK: Double
    /// Slow %D, or NaN while warming up.
    public let slowD: Double
    /// Williams %R.
    public let williamsR: Double
  }

  private var extrema: WindowExtrema
  private var slowing: ShortMean
  private var signal: ShortMean

  /// Makes the indicator; all periods at least 1.
  public init(period: Int = 14, slowing: Int = 3, signal: Int = 3) {
    extrema = WindowExtrema(length: period)
    self.slowing = ShortMean(period: slowing)
    self.signal = ShortMean(period: signal)
  }

  /// Values after which %R exists.
  public var warmUp: Int { extrema.length }

  /// Takes the next price; O(1).
  @inline(__always)
  public mutating func update(_ price: Double) -> Value? {
    extrema.push(price)
    guard extrema.isFull else { return nil }
    let low = extrema.minimum
    let high = extrema.maximum
    let range = high - low
    // Without a branch, which could not be predicted: both differences are 0 where the range is.
    let divisor = range > 0 ? range : 1
    let raw = 100 * ((price - low) / divisor)
    let r = 0 - 100 * ((high - price) / divisor)
    let k = slowing.update(raw)
    // TA-Lib gives %K only from where %D exists.
    guard let k, let d = signal.update(k) else { return Value(slowK: .nan, slowD: .nan, williamsR: r) }
    return Value(slowK: k, slowD: d, williamsR: r)
  }
}

/// The mean of a handful of values, summed anew each time: nothing to drift, and exact for equal values.
struct ShortMean: Sendable, Codable {
  private var ring: [Double]
  private var head = 0
  private var count = 0

  init(period: Int) {
    precondition(period >= 1, "period must be at least 1")
    ring = [Double](repeating: 0, count: period)
  }

  @inline(__always)
  mutating func update(_ value: Double) -> Double? {
    ring[head] = value
    head = head + 1 == ring.count ? 0 : head + 1
    if count < ring.count { count += 1 }
    guard count == ring.count else { return nil }
    var sum = 0.0
    for step in 0..<ring.count {
      let place = head + step
      sum += ring[place < ring.count ? place : place - ring.count]
    }
    return sum / Double(ring.count)
  }
}
