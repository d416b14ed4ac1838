/// Sums over three windows of the same values.
struct WindowTriple: Sendable, Codable {
  private var short: WindowSum
  private var middle: WindowSum
  private var long: WindowSum
  private var sums = SIMD4<Double>.zero
  private var isMissing = true

  /// Makes the sums of ascending lengths.
  init(_ lengths: [Int]) {
    short = WindowSum(lengths[0])
    middle = WindowSum(lengths[1])
    long = WindowSum(lengths[2])
  }

  var longest: Int { long.length }

  @inline(__always)
  mutating func push(_ value: Double, commit: Bool) {
    let sum = long.push(value, commit: commit)
    isMissing = sum.isNaN
    sums = SIMD4(short.push(value, commit: commit), middle.push(value, commit: commit), sum, 0)
    if isMissing { sums = .zero }
  }

  /// The share of sum `index` in that of others; 0 where that is 0, NaN where a window is not full.
  @inline(__always)
  func share(_ index: Int, of others: WindowTriple) -> Double {
    if isMissing || others.isMissing { return .nan }
    return others.sums[index] == 0 ? 0 : sums[index] / others.sums[index]
  }

  mutating func makeUnique() {
    short.makeUnique()
    middle.makeUnique()
    long.makeUnique()
  }
}

extension WindowTriple {
  /// Whether the windows are full.
  @inline(__always)
  var isSteady: Bool { short.isSteady && middle.isSteady && long.isSteady }

  /// The three sums after each of `count` finite values.
  @inline(__always)
  mutating func run(
    _ values: UnsafePointer<Double>, count: Int,
    into results: (UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>)
  ) {
    short.run(values, count: count, into: results.0)
    middle.run(values, count: count, into: results.1)
    long.run(values, count: count, into: results.2)
    let last = count &- 1
    isMissing = false
    sums = SIMD4(results.0[last], results.1[last], results.2[last], 0)
  }
}
