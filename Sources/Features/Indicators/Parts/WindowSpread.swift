import CKernels

/// Sum and squared deviations of the last n values without drift or cancellation.
///
/// Levels as in ``WindowShape``, joined as in Chan, Golub and LeVeque (1979): the deviations of two parts, and what the
/// difference of their means adds. The result is good to a few units in the last place of the level of the values relative to
/// their deviation. Equal values give exactly 0: means within rounding of each other count as equal.
struct WindowSpread: Sendable, Codable {
  private var shape: WindowShape
  private let inverse: Double
  private var levels: Cells
  private var squareLevels: Cells
  private var run = FiniteRun()
  /// The sum of squared deviations from the mean after ``push(_:commit:)``.
  private(set) var squaredDeviations = 0.0

  init(_ length: Int) {
    shape = WindowShape(length)
    inverse = 1 / Double(length)
    levels = Cells(shape.cellCount)
    squareLevels = Cells(shape.cellCount)
  }

  /// Reads a saved window.
  init(from decoder: any Decoder) throws {
    let saved = try decoder.container(keyedBy: CodingKeys.self)
    shape = try saved.decode(WindowShape.self, forKey: .shape)
    inverse = try saved.decode(Double.self, forKey: .inverse)
    levels = try saved.decode(Cells.self, forKey: .levels)
    squareLevels = try saved.decode(Cells.self, forKey: .squareLevels)
    run = try saved.decode(FiniteRun.self, forKey: .run)
    squaredDeviations = try saved.decode(Double.self, forKey: .squaredDeviations)
    try shape.check(levels, squareLevels, in: decoder)
  }

  var length: Int { shape.length }

  /// Takes a value and returns the mean of the newest n, NaN if there are fewer or one is missing.
  @inline(__always)
  mutating func push(_ value: Double, commit: Bool) -> Double {
    run.push(value)
    var level = value.isNumber ? value : 0
    var squareLevel = 0.0
    var sum = 0.0
    var squares = 0.0
    var taken = 0
    var k = 1
    while true {
      if shape.has(k) {
        if taken == 0 {
          sum = level
          squares = squareLevel
        } else {
          let cell = shape.cell(k, age: taken)
          let older = levels[cell]
          let scaled = sum * Double(k)
          let gap = meaningful(scaled - older * Double(taken), of: scaled)
          squares = squares + squareLevels[cell] + gap * (gap * shareOfGap(taken, k))
          sum += older
        }
        taken &+= k
      }
      let cell = shape.cell(k)
      let older = levels[cell]
      let olderSquares = squareLevels[cell]
      if commit {
        levels[cell] = level
        squareLevels[cell] = squareLevel
      }
      if k == shape.top { break }
      let gap = level - older
      squareLevel = squareLevel + olderSquares + gap * (gap * (1 / (2 * Double(k))))
      level += older
      k &<<= 1
    }
    shape.advance()
    squaredDeviations = squares
    return run.covers(length) ? sum * inverse : .nan
  }

  /// Whether the window is full of values that are not missing.
  @inline(__always)
  var isSteady: Bool { run.covers(length) }

  /// Pushes `count` finite values, at least one, into a steady window; sums go to `sums`, which may be the values' place, and
  /// squared deviations to `squares`.
  mutating func run(
    _ values: UnsafePointer<Double>, count: Int, sums: UnsafeMutablePointer<Double>,
    squares: UnsafeMutablePointer<Double>
  ) {
    levels.withMutablePointer { levels in
      squareLevels.withMutablePointer { squareLevels in
        shape.withScratch { kernel_window_spread($0, values, count, levels, squareLevels, $1, sums, squares) }
      }
    }
    shape.advance(count)
    run.push(finite: count)
    squaredDeviations = squares[count &- 1]
  }

  /// Makes the storage its own before writes.
  mutating func makeUnique() {
    levels.makeUnique()
    squareLevels.makeUnique()
  }
}

/// The difference of two sums scaled to one size, or 0 where it is within their rounding.
@inline(__always)
func meaningful(_ gap: Double, of sum: Double) -> Double { abs(gap) > abs(sum) * (4 * Double.ulpOfOne) ? gap : 0 }

/// What the squared difference of the scaled sums of `taken` and `k` values weighs in the squared deviations.
@inline(__always)
func shareOfGap(_ taken: Int, _ k: Int) -> Double {
  let (m, l) = (Double(taken), Double(k))
  return 1 / (m * l * (m + l))
}
