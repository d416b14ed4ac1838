/// Difference of the simple means of two windows of the same values.
struct MeanDifference: Sendable, Codable {
  var fast: WindowSum
  var slow: WindowSum
  let inverses: SIMD2<Double>

  init(_ fast: Int, _ slow: Int) {
    self.fast = WindowSum(fast)
    self.slow = WindowSum(slow)
    inverses = 1 / SIMD2(Double(fast), Double(slow))
  }

  var lookback: Int { max(fast.length, slow.length) - 1 }

  @inline(__always)
  mutating func push(_ value: Double, commit: Bool) -> Double {
    fast.push(value, commit: commit) * inverses.x - slow.push(value, commit: commit) * inverses.y
  }

  mutating func makeUnique() {
    fast.makeUnique()
    slow.makeUnique()
  }
}
