import CKernels

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

  /// Whether the window is full of values that are not missing.
  @inline(__always)
  var isSteady: Bool { sum.isSteady }

  /// The means and deviations after each of `count` finite values, at least one; both are other places than the values'.
  mutating func run(
    _ values: UnsafePointer<Double>, count: Int, means: UnsafeMutablePointer<Double>,
    deviations: UnsafeMutablePointer<Double>
  ) {
    sum.run(values, count: count, times: inverse, into: means)
    for row in 0..<count {
      let value = values[row]
      equal = value == newest ? equal &+ 1 : 1
      newest = value
      if equal >= length { means[row] = value }
    }
    // The rows that look back beyond the column first.
    let edge = min(count, length &- 1)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: length &- 1 &+ edge) { buffer in
      guard let joined = buffer.baseAddress else { return }
      for age in 0..<length &- 1 { joined[length &- 2 &- age] = ring[age: age] }
      for row in 0..<edge { joined[length &- 1 &+ row] = values[row] }
      kernel_window_deviation(length, joined + (length &- 1), means, inverse, edge, deviations)
    }
    kernel_window_deviation(length, values + edge, means + edge, inverse, count &- edge, deviations + edge)
    for row in max(0, count &- length)..<count { _ = ring.push(values[row], commit: true) }
    meanValue.value = means[count &- 1]
    deviationValue.value = deviations[count &- 1]
  }

  mutating func makeUnique() {
    ring.makeUnique()
    sum.makeUnique()
  }
}
