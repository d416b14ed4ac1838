/// Sum of the last n values without drift.
///
/// Values are grouped in blocks of n. A window is the end of the previous block, whose sums from each place to its end
/// are kept, and the start of the current one, whose sum so far is kept: nothing is ever subtracted, so nothing of a value
/// that has left stays behind, and the error is that of adding n numbers. (The scheme of van Herk 1992 for extrema.)
/// A window that holds a value that is not finite gives NaN.
struct WindowSum: Sendable, Codable {
  let length: Int
  /// The values of the current block up to `place`; from there on sums of the previous block from each place to its end.
  var block: Cells
  private(set) var place = 0
  private var head = 0.0
  var run = FiniteRun()

  init(_ length: Int) {
    self.length = length
    block = Cells(length + 1)
  }

  /// Takes a value and returns the sum of the newest n, NaN if there are fewer or one is missing.
  @inline(__always)
  mutating func push(_ value: Double, commit: Bool) -> Double {
    run.push(value)
    let finite = value.isNumber ? value : 0
    head += finite
    let sum = block[place &+ 1] + head
    if commit {
      block[place] = finite
      place &+= 1
      if place == length { closeBlock() }
    }
    return run.covers(length) ? sum : .nan
  }

  @inline(__always)
  private mutating func closeBlock() {
    block.withMutablePointer { block in
      var sum = 0.0
      var k = length
      while k > 0 {
        k &-= 1
        sum += block[k]
        block[k] = sum
      }
    }
    place = 0
    head = 0
  }

  /// Makes the storage its own before writes.
  mutating func makeUnique() { block.makeUnique() }
}
