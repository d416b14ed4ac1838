/// Mean and bands of k population standard deviations over n values (TA-Lib's BBANDS with a simple mean).
public struct BollingerBands: Sendable, Codable {
  /// The three lines of the indicator.
  public struct Value: Sendable, Hashable {
    /// Mean plus k standard deviations.
    public let upper: Double
    /// Mean.
    public let middle: Double
    /// Mean minus k standard deviations.
    public let lower: Double
  }

  private var window: WindowMoments
  private let deviations: Double

  /// Makes the bands over `period` values, at least 2, at `deviations` standard deviations, positive.
  public init(period: Int = 20, deviations: Double = 2) {
    precondition(period >= 2 && deviations > 0, "bands need a period of at least 2 and a positive width")
    window = WindowMoments(length: period)
    self.deviations = deviations
  }

  /// The period.
  public var warmUp: Int { window.length }

  /// Takes the next price; O(1).
  @inline(__always)
  public mutating func update(_ price: Double) -> Value? {
    window.push(price)
    guard window.isFull else { return nil }
    let mean = window.mean
    let width = deviations * (window.squaredDeviations / Double(window.length)).squareRoot()
    return Value(upper: mean + width, middle: mean, lower: mean - width)
  }
}
