import Foundation

/// The step from one value to the next; NaN for the first and where either is missing.
struct Step: Sendable, Codable {
  private var previous = Held()

  /// Takes a value and returns its difference from the one before.
  @inline(__always)
  mutating func difference(_ value: Double) -> Double {
    let step = value - previous.value
    previous.value = value.isNumber ? value : .nan
    return step
  }

  /// Takes a price and returns the logarithm of its ratio to the one before; no number where one is not positive.
  @inline(__always)
  mutating func logRatio(_ value: Double) -> Double {
    let step = log(value / previous.value)
    previous.value = value.isNumber ? value : .nan
    return step
  }
}
