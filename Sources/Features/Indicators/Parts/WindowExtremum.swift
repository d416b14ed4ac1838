import CKernels

/// Smallest or largest of the last n values, from levels: see ``WindowShape``.
///
/// Extrema of parts that overlap are those of the whole, so two of the largest level make the window. A window that holds a
/// value that is not finite gives NaN.
struct WindowExtremum: Sendable, Codable {
  private var shape: WindowShape
  // +1 for the largest, −1 for the smallest as the largest of the negated values: one code, no branch.
  private let sign: Double
  private var levels: Cells
  private var run = FiniteRun()

  /// Makes the extremum of n values: the largest, or the smallest.
  init(_ length: Int, smallest: Bool) {
    shape = WindowShape(length)
    sign = smallest ? -1 : 1
    levels = Cells(shape.cellCount, filledWith: -Double.greatestFiniteMagnitude)
  }

  /// Reads a saved window.
  init(from decoder: any Decoder) throws {
    let saved = try decoder.container(keyedBy: CodingKeys.self)
    shape = try saved.decode(WindowShape.self, forKey: .shape)
    sign = try saved.decode(Double.self, forKey: .sign)
    levels = try saved.decode(Cells.self, forKey: .levels)
    run = try saved.decode(FiniteRun.self, forKey: .run)
    try shape.check(levels, in: decoder)
  }

  var length: Int { shape.length }

  /// Takes a value and returns the extremum of the newest n, NaN if there are fewer or one is missing.
  @inline(__always)
  mutating func push(_ value: Double, commit: Bool) -> Double {
    run.push(value)
    var level = value.isNumber ? value * sign : -Double.greatestFiniteMagnitude
    var k = 1
    while k != shape.top {
      let cell = shape.cell(k)
      let older = levels[cell]
      if commit { levels[cell] = level }
      level = larger(level, older)
      k &<<= 1
    }
    let age = length &- k
    // Of itself where n is a power of two.
    let older = age == 0 ? level : levels[shape.cell(k, age: age)]
    if commit { levels[shape.cell(k)] = level }
    shape.advance()
    // + 0 makes one zero of two.
    return run.covers(length) ? larger(level, older) * sign + 0.0 : .nan
  }

  /// Whether the window is full of values that are not missing.
  @inline(__always)
  var isSteady: Bool { run.covers(length) }

  /// Pushes `count` finite values into a steady window; the extrema go to `results`, which may be the values' place.
  mutating func run(_ values: UnsafePointer<Double>, count: Int, into results: UnsafeMutablePointer<Double>) {
    levels.withMutablePointer { levels in
      shape.withScratch { kernel_window_extremum($0, sign, values, count, levels, $1, results) }
    }
    shape.advance(count)
    run.push(finite: count)
  }

  /// Makes the storage its own before writes.
  mutating func makeUnique() { levels.makeUnique() }
}
