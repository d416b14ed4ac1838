/// The least-squares line through the last n values, at places 0 for the oldest to n − 1 for the newest.
struct WindowLine: Sendable, Codable {
  let length: Int
  let inverse: Double
  let middle: Double
  let inverseSpread: Double
  var window: WindowWeightedSum
  var mean = Held()
  var slopeValue = Held()

  init(_ length: Int) {
    let n = Double(length)
    self.length = length
    inverse = 1 / n
    middle = (n - 1) / 2
    inverseSpread = length > 1 ? 12 / (n * (n * n - 1)) : 0
    window = WindowWeightedSum(length)
  }

  /// The slope of the line after ``push(_:commit:)``; NaN where a value is missing.
  @inline(__always) var slope: Double { slopeValue.value }

  @inline(__always)
  mutating func push(_ value: Double, commit: Bool) {
    let weighted = window.push(value, commit: commit)
    mean.value = weighted.isNaN ? .nan : window.sum * inverse
    // Weights count from 1; the middle one weighs nothing in the slope.
    slopeValue.value = (weighted - window.sum * (middle + 1)) * inverseSpread
  }

  /// The line's value at a place.
  @inline(__always)
  func value(at place: Double) -> Double { mean.value + slope * (place - middle) }

  mutating func makeUnique() { window.makeUnique() }
}
