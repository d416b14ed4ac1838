import CKernels

/// Sum of the last n values without drift, from levels: see ``WindowShape``.
///
/// A window that holds a value that is not finite gives NaN.
struct WindowSum: Sendable, Codable {
  private var shape: WindowShape
  private var levels: Cells
  private var run = FiniteRun()

  init(_ length: Int) {
    shape = WindowShape(length)
    levels = Cells(shape.cellCount)
  }

  /// Reads a saved window.
  init(from decoder: any Decoder) throws {
    let saved = try decoder.container(keyedBy: CodingKeys.self)
    shape = try saved.decode(WindowShape.self, forKey: .shape)
    levels = try saved.decode(Cells.self, forKey: .levels)
    run = try saved.decode(FiniteRun.self, forKey: .run)
    try shape.check(levels, in: decoder)
  }

  var length: Int { shape.length }

  /// Takes a value and returns the sum of the newest n, NaN if there are fewer or one is missing.
  @inline(__always)
  mutating func push(_ value: Double, commit: Bool) -> Double {
    run.push(value)
    var level = value.isNumber ? value : 0
    var sum = 0.0
    var taken = 0
    var k = 1
    while true {
      if shape.has(k) {
        sum = taken == 0 ? level : sum + levels[shape.cell(k, age: taken)]
        taken &+= k
      }
      let cell = shape.cell(k)
      let older = levels[cell]
      if commit { levels[cell] = level }
      if k == shape.top { break }
      level += older
      k &<<= 1
    }
    shape.advance()
    return run.covers(length) ? sum : .nan
  }

  /// Whether the window is full of values that are not missing.
  @inline(__always)
  var isSteady: Bool { run.covers(length) }

  /// Pushes `count` finite values into a steady window; the sums, times a factor, go to `results`, which may be the values'
  /// place.
  mutating func run(
    _ values: UnsafePointer<Double>, count: Int, times factor: Double = 1, into results: UnsafeMutablePointer<Double>
  ) {
    levels.withMutablePointer { levels in
      shape.withScratch { kernel_window_sum($0, values, count, levels, factor, $1, results) }
    }
    shape.advance(count)
    run.push(finite: count)
  }

  /// Makes the storage its own before writes.
  mutating func makeUnique() { levels.makeUnique() }
}
