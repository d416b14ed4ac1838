import CKernels

/// Sum of the last n values and their sum with weights 1 for the oldest to n for the newest, without drift.
///
/// Levels as in ``WindowShape``: put before older values, k newer ones weigh as they do alone, and where older ones follow
/// each newer one weighs as much more as there are older.
struct WindowWeightedSum: Sendable, Codable {
  private var shape: WindowShape
  private var levels: Cells
  private var weightedLevels: Cells
  private var run = FiniteRun()
  /// The plain sum of the newest n values after ``push(_:commit:)``, or after a run that was asked for them.
  private(set) var sum = 0.0

  init(_ length: Int) {
    shape = WindowShape(length)
    levels = Cells(shape.cellCount)
    weightedLevels = Cells(shape.cellCount)
  }

  /// Reads a saved window.
  init(from decoder: any Decoder) throws {
    let saved = try decoder.container(keyedBy: CodingKeys.self)
    shape = try saved.decode(WindowShape.self, forKey: .shape)
    levels = try saved.decode(Cells.self, forKey: .levels)
    weightedLevels = try saved.decode(Cells.self, forKey: .weightedLevels)
    run = try saved.decode(FiniteRun.self, forKey: .run)
    sum = try saved.decode(Double.self, forKey: .sum)
    try shape.check(levels, weightedLevels, in: decoder)
  }

  var length: Int { shape.length }

  /// Takes a value and returns the weighted sum of the newest n, NaN if there are fewer or one is missing.
  @inline(__always)
  mutating func push(_ value: Double, commit: Bool) -> Double {
    run.push(value)
    var level = value.isNumber ? value : 0
    var weightedLevel = level
    var total = 0.0
    var weighted = 0.0
    var taken = 0
    var k = 1
    while true {
      let more = Double(k)
      if shape.has(k) {
        if taken == 0 {
          total = level
          weighted = weightedLevel
        } else {
          let cell = shape.cell(k, age: taken)
          weighted = weighted + total * more + weightedLevels[cell]
          total += levels[cell]
        }
        taken &+= k
      }
      let cell = shape.cell(k)
      let older = levels[cell]
      let weightedOlder = weightedLevels[cell]
      if commit {
        levels[cell] = level
        weightedLevels[cell] = weightedLevel
      }
      if k == shape.top { break }
      weightedLevel = weightedLevel + level * more + weightedOlder
      level += older
      k &<<= 1
    }
    shape.advance()
    sum = total
    return run.covers(length) ? weighted : .nan
  }

  /// Whether the window is full of values that are not missing.
  @inline(__always)
  var isSteady: Bool { run.covers(length) }

  /// Pushes `count` finite values into a steady window; weighted sums, times a factor, go to `results`, plain ones to `sums`
  /// where that is given, both other places than the values'.
  mutating func run(
    _ values: UnsafePointer<Double>, count: Int, times factor: Double = 1,
    into results: UnsafeMutablePointer<Double>, sums: UnsafeMutablePointer<Double>? = nil
  ) {
    levels.withMutablePointer { levels in
      weightedLevels.withMutablePointer { weightedLevels in
        shape.withScratch {
          kernel_window_weighted($0, values, count, levels, weightedLevels, factor, $1, results, sums)
        }
      }
    }
    shape.advance(count)
    run.push(finite: count)
    if let sums { sum = sums[count &- 1] }
  }

  /// Makes the storage its own before writes.
  mutating func makeUnique() {
    levels.makeUnique()
    weightedLevels.makeUnique()
  }
}
