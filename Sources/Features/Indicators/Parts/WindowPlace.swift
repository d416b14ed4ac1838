import CKernels

/// Where in the last n values the largest or smallest is, from levels: see ``WindowShape``.
struct WindowPlace: Sendable, Codable {
  /// Which of equal extrema counts.
  enum Ties: Int, Codable {
    /// The newest.
    case newest
    /// As TA-Lib's MAXINDEX and MININDEX: one that comes takes over from the present place; when that leaves the window, the
    /// oldest follows.
    case arriving
  }

  private static let none = -Double.greatestFiniteMagnitude

  private var shape: WindowShape
  private let sign: Double
  private let ties: Ties
  private var levels: Cells
  private var indexLevels: Cells
  private var run = FiniteRun()
  /// The place that holds under ``Ties/arriving``.
  private var held = WindowPlace.none

  init(_ length: Int, smallest: Bool, ties: Ties = .arriving) {
    shape = WindowShape(length)
    self.ties = ties
    sign = smallest ? -1 : 1
    levels = Cells(shape.cellCount, filledWith: -Double.greatestFiniteMagnitude)
    indexLevels = Cells(shape.cellCount)
  }

  /// Reads a saved window.
  init(from decoder: any Decoder) throws {
    let saved = try decoder.container(keyedBy: CodingKeys.self)
    shape = try saved.decode(WindowShape.self, forKey: .shape)
    sign = try saved.decode(Double.self, forKey: .sign)
    ties = try saved.decode(Ties.self, forKey: .ties)
    levels = try saved.decode(Cells.self, forKey: .levels)
    indexLevels = try saved.decode(Cells.self, forKey: .indexLevels)
    run = try saved.decode(FiniteRun.self, forKey: .run)
    held = try saved.decode(Double.self, forKey: .held)
    try shape.check(levels, indexLevels, in: decoder)
  }

  var length: Int { shape.length }

  /// Takes a value; returns the number, from 0, of the input that is the extremum of the newest n, or NaN.
  @inline(__always)
  mutating func push(_ input: Double, commit: Bool) -> Double {
    run.push(input)
    let now = Double(shape.seen)
    let value = input.isNumber ? input * sign : -Double.greatestFiniteMagnitude
    var level = value
    var index = now
    var k = 1
    while k != shape.top {
      let cell = shape.cell(k)
      let (older, olderIndex) = (levels[cell], indexLevels[cell])
      if commit { store(level, index, cell) }
      choose(&level, &index, older, olderIndex)
      k &<<= 1
    }
    let age = length &- k
    let cell = shape.cell(k, age: age)
    let (older, olderIndex) = age == 0 ? (level, index) : (levels[cell], indexLevels[cell])
    if commit { store(level, index, shape.cell(k)) }
    choose(&level, &index, older, olderIndex)
    shape.advance()
    guard run.covers(length) else {
      held = Self.none
      return .nan
    }
    if ties == .newest { return index }
    held = held <= now - Double(length) ? index : (value >= level ? now : held)
    return held
  }

  /// Replaces the newer number and place where the older is the one that counts.
  @inline(__always)
  private func choose(_ level: inout Double, _ index: inout Double, _ older: Double, _ olderIndex: Double) {
    let isNewer = ties == .newest ? level >= older : level > older
    level = isNewer ? level : older
    index = isNewer ? index : olderIndex
  }

  @inline(__always)
  private mutating func store(_ level: Double, _ index: Double, _ cell: Int) {
    levels[cell] = level
    indexLevels[cell] = index
  }

  /// Whether the window is full of values that are not missing.
  @inline(__always)
  var isSteady: Bool { run.covers(length) }

  /// Pushes `count` finite values into a steady window; the places go to `results`, another place than the values', and the
  /// extrema, times −1 for the smallest, to `extrema`.
  mutating func run(
    _ values: UnsafePointer<Double>, count: Int, into results: UnsafeMutablePointer<Double>,
    extrema: UnsafeMutablePointer<Double>
  ) {
    levels.withMutablePointer { levels in
      indexLevels.withMutablePointer { indexLevels in
        shape.withScratch { shape, scratch in
          kernel_window_place(
            shape, sign, ties == .newest ? 1 : 0, values, count, levels, indexLevels, scratch, extrema, results)
          if ties == .arriving {
            held = kernel_window_held(shape, sign, held, values, extrema, count, results)
          }
        }
      }
    }
    shape.advance(count)
    run.push(finite: count)
  }

  /// Makes the storage its own before writes.
  mutating func makeUnique() {
    levels.makeUnique()
    indexLevels.makeUnique()
  }
}
