/// Moving average convergence and divergence: 12/26/9 exponential means (TA-Lib's MACD).
///
/// Both means start at the first value of the slow one, so the fast one is seeded with the last 12 of the first 26
/// prices. All three results exist from the same tick on. Source: Appel (1979); seeding as TA-Lib.
public struct MovingAverageConvergence: Sendable, Codable {
  /// The three lines of the indicator.
  public struct Value: Sendable, Hashable {
    /// Fast mean minus slow mean.
    public let line: Double
    /// Exponential mean of the line.
    public let signal: Double
    /// Line minus signal.
    public let histogram: Double
  }

  private let fastPeriod: Int
  private let slowPeriod: Int
  private var seen = 0
  private var fast: ExponentialMean
  private var slow: ExponentialMean
  private var signal: ExponentialMean
  private let signalPeriod: Int

  /// Makes the indicator; `fast` is less than `slow`, all at least 1.
  public init(fast: Int = 12, slow: Int = 26, signal: Int = 9) {
    precondition(fast >= 1 && fast < slow && signal >= 1, "periods must be 1 <= fast < slow and signal >= 1")
    fastPeriod = fast
    slowPeriod = slow
    signalPeriod = signal
    self.fast = ExponentialMean(period: fast)
    self.slow = ExponentialMean(period: slow)
    self.signal = ExponentialMean(period: signal)
  }

  /// Values after which the first result exists.
  public var warmUp: Int { slowPeriod + signalPeriod - 1 }

  /// Takes the next price; O(1).
  @inline(__always)
  public mutating func update(_ price: Double) -> Value? {
    var fastMean: Double?
    if seen >= slowPeriod - fastPeriod {
      fastMean = fast.update(price)
    } else {
      seen += 1
    }
    guard let slowMean = slow.update(price), let fastMean else { return nil }
    let line = fastMean - slowMean
    guard let mean = signal.update(line) else { return nil }
    return Value(line: line, signal: mean, histogram: line - mean)
  }
}
