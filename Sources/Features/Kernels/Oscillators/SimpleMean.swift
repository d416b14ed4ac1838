/// Mean of the last n values (TA-Lib's SMA).
public struct SimpleMean: Sendable, Codable {
  private var window: WindowMoments

  /// Makes the mean over `period` values, at least 1.
  public init(period: Int) { window = WindowMoments(length: period) }

  /// The period.
  public var warmUp: Int { window.length }

  /// Takes the next value; O(1).
  public mutating func update(_ value: Double) -> Double? {
    window.push(value)
    return window.isFull ? window.mean : nil
  }
}
