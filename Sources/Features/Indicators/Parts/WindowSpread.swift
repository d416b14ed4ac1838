/// Mean and squared deviations of the last n values without drift or cancellation.
///
/// Blocks as in ``WindowSum``, sums of differences from a value that is itself in the part: the first of the current block,
/// the last of the previous one. So Σd² is at most n + 1 times the squared deviations that are taken from it, and the
/// result is good to about n² units in the last place whatever the level of the values. The two parts are joined as in
/// Chan, Golub and LeVeque (1979). Equal values give exactly 0.
struct WindowSpread: Sendable, Codable {
  let length: Int
  private let inverse: Double
  /// Values of the current block up to `place`; from there on sums of the previous block's differences.
  private var sums: Cells
  private var squares: Cells
  private var place = 0
  private var firstValue = 0.0
  private var lastValue = 0.0
  private var head = 0.0
  private var headSquares = 0.0
  private var run = FiniteRun()
  /// The sum of squared deviations from the mean after ``push(_:commit:)``.
  private(set) var squaredDeviations = 0.0

  init(_ length: Int) {
    self.length = length
    inverse = 1 / Double(length)
    sums = Cells(length + 1)
    squares = Cells(length + 1)
  }

  /// Takes a value and returns the mean of the newest n, NaN if there are fewer or one is missing.
  @inline(__always)
  mutating func push(_ value: Double, commit: Bool) -> Double {
    run.push(value)
    // A missing value stands for the anchor until it has left.
    let finite = value.isNumber ? value : (place == 0 ? lastValue : firstValue)
    if place == 0 { firstValue = finite }
    let difference = finite - firstValue
    head += difference
    headSquares += difference * difference
    let next = place &+ 1
    let tail = sums[next]
    let n = Double(next)
    let m = Double(length &- next)
    // Σ over the window of differences from the tail's anchor and of squares about the mean of all.
    let shift = firstValue - lastValue
    let mean = (tail + head + n * shift) * inverse
    let headMean = head / n
    let tailMean = m > 0 ? tail / m : 0
    let gap = headMean + shift - tailMean
    let own = max(0, headSquares - head * headMean) + max(0, squares[next] - tail * tailMean)
    squaredDeviations = own + gap * gap * (n * m * inverse)
    let center = lastValue + mean
    if commit {
      sums[place] = finite
      place = next
      if place == length { closeBlock() }
    }
    return run.covers(length) ? center : .nan
  }

  @inline(__always)
  private mutating func closeBlock() {
    let last = sums[length &- 1]
    let length = length
    squares.withMutablePointer { squares in
      sums.withMutablePointer { sums in
        var sum = 0.0
        var square = 0.0
        var k = length
        while k > 0 {
          k &-= 1
          let difference = sums[k] - last
          sum += difference
          square += difference * difference
          sums[k] = sum
          squares[k] = square
        }
      }
    }
    lastValue = last
    place = 0
    head = 0
    headSquares = 0
  }

  /// Makes the storage its own before writes.
  mutating func makeUnique() {
    sums.makeUnique()
    squares.makeUnique()
  }
}
