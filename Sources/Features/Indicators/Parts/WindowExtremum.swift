/// Smallest or largest of the last n values.
///
/// Blocks of n as in ``WindowSum``: the end of the previous block and the start of the current one (van Herk 1992; Gil and
/// Werman 1993): two comparisons a value. A window that holds a value that is not finite gives NaN.
struct WindowExtremum: Sendable, Codable {
  let length: Int
  // +1 for the largest, −1 for the smallest as the largest of the negated values: one code, no branch.
  let sign: Double
  var block: Cells
  private(set) var place = 0
  private var head = -Double.greatestFiniteMagnitude
  var run = FiniteRun()

  /// Makes the extremum of n values: the largest, or the smallest.
  init(_ length: Int, smallest: Bool) {
    self.length = length
    sign = smallest ? -1 : 1
    block = Cells(length + 1, filledWith: -Double.greatestFiniteMagnitude)
  }

  /// Takes a value and returns the extremum of the newest n, NaN if there are fewer or one is missing.
  @inline(__always)
  mutating func push(_ value: Double, commit: Bool) -> Double {
    run.push(value)
    let finite = value.isNumber ? value * sign : -Double.greatestFiniteMagnitude
    head = larger(finite, head)
    let old = block[place &+ 1]
    let largest = larger(old, head)
    if commit {
      block[place] = finite
      place &+= 1
      if place == length { closeBlock() }
    }
    return run.covers(length) ? largest * sign : .nan
  }

  @inline(__always)
  private mutating func closeBlock() {
    block.withMutablePointer { block in
      var largest = -Double.greatestFiniteMagnitude
      var k = length
      while k > 0 {
        k &-= 1
        largest = larger(block[k], largest)
        block[k] = largest
      }
    }
    place = 0
    head = -Double.greatestFiniteMagnitude
  }

  /// Makes the storage its own before writes.
  mutating func makeUnique() { block.makeUnique() }
}
