/// Mean and mean absolute deviation of the last n values; O(n) a value, as the deviation's definition asks.
struct WindowDeviation: Sendable, Codable {
  let length: Int
  private let inverse: Double
  private var ring: Ring
  private var sum: WindowSum
  private var newest = 0.0
  /// How many of the newest values in a row are equal: a flat window's mean is that value to the bit.
  private var equal = 0
  private var meanValue = Held()
  private var deviationValue = Held()

  init(_ length: Int) {
    self.length = length
    inverse = 1 / Double(length)
    ring = Ring(capacity: length)
    sum = WindowSum(length)
  }

  /// The mean after ``push(_:commit:)`` and the mean absolute deviation from it; NaN where a value is missing.
  @inline(__always) var mean: Double { meanValue.value }
  @inline(__always) var meanDeviation: Double { deviationValue.value }

  @inline(__always)
  mutating func push(_ value: Double, commit: Bool) {
    let finite = value.isNumber ? value : 0
    equal = finite == newest ? equal &+ 1 : 1
    newest = finite
    let sum = sum.push(value, commit: commit)
    meanValue.value = equal >= length && !sum.isNaN ? finite : sum * inverse
    deviationValue.value = ring.sumOfDistances(from: mean, newest: finite) * inverse
    _ = ring.push(finite, commit: commit)
  }

  mutating func makeUnique() {
    ring.makeUnique()
    sum.makeUnique()
  }
}
