/// The sum of all values so far: blocks of eight on a running total, so that columns do not wait for each addition.
///
/// Its error is that of as many additions as there are blocks.
struct RunningTotal: Sendable, Codable {
  private(set) var sum = DecayingSum(rest: 1)

  /// Takes a finite value and returns the total.
  @inline(__always)
  mutating func push(_ value: Double) -> Double { sum.push(value) }

  /// Takes `count` finite values; the totals go to `results`, which may be the values' place.
  @inline(__always)
  mutating func run(_ values: UnsafePointer<Double>, count: Int, into results: UnsafeMutablePointer<Double>) {
    sum.runTotal(values, count: count, into: results)
  }

  /// Where in a block of sums the next value goes.
  @inline(__always)
  var place: Int { sum.place }

  /// Lets a kernel push values from the start of a block on; it gets the total so far.
  @inline(__always)
  mutating func withAnchor(_ body: (UnsafeMutablePointer<Double>) -> Int) -> Int {
    var anchor = sum.anchorValue
    let taken = body(&anchor)
    sum.start(anchor)
    return taken
  }
}
