/// Sum of the last n values and their sum with weights 1 for the oldest to n for the newest, without drift.
///
/// Blocks as in ``WindowSum``. A part of k values of the current block, whose weights within the part are 1 to k, weighs
/// n − k more each in the window.
struct WindowWeightedSum: Sendable, Codable {
  let length: Int
  var block: Cells
  var weightedBlock: Cells
  private(set) var place = 0
  private var head = 0.0
  private var weightedHead = 0.0
  var run = FiniteRun()
  /// The plain sum of the newest n values after ``push(_:commit:)``.
  var sum = 0.0

  init(_ length: Int) {
    self.length = length
    block = Cells(length + 1)
    weightedBlock = Cells(length + 1)
  }

  /// Takes a value and returns the weighted sum of the newest n, NaN if there are fewer or one is missing.
  @inline(__always)
  mutating func push(_ value: Double, commit: Bool) -> Double {
    run.push(value)
    let finite = value.isNumber ? value : 0
    let next = place &+ 1
    head += finite
    weightedHead += finite * Double(next)
    sum = block[next] + head
    let weighted = weightedBlock[next] + (weightedHead + head * Double(length &- next))
    if commit {
      block[place] = finite
      place = next
      if place == length { closeBlock() }
    }
    return run.covers(length) ? weighted : .nan
  }

  @inline(__always)
  private mutating func closeBlock() {
    let length = length
    weightedBlock.withMutablePointer { weighted in
      block.withMutablePointer { block in
        var sum = 0.0
        var total = 0.0
        var k = length
        while k > 0 {
          k &-= 1
          // The values from k on have weights 1, 2, ... : each one more than in the shorter part.
          sum += block[k]
          total += sum
          block[k] = sum
          weighted[k] = total
        }
      }
    }
    place = 0
    head = 0
    weightedHead = 0
  }

  /// Makes the storage its own before writes.
  mutating func makeUnique() {
    block.makeUnique()
    weightedBlock.makeUnique()
  }
}
