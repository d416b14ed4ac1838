import CKernels

/// Squared deviations and their products of two columns over the last n, without drift or cancellation.
///
/// The scheme of ``WindowSpread`` for pairs.
struct WindowProducts: Sendable, Codable {
  private var shape: WindowShape
  /// The levels of Σx, Σy, Σ(x − x̄)², Σ(y − ȳ)² and Σ(x − x̄)(y − ȳ), one's cells after the other's.
  private var levels: Cells
  private var run = FiniteRun()
  /// Σ(x − x̄)², Σ(y − ȳ)² and Σ(x − x̄)(y − ȳ) after ``push(_:_:commit:)``.
  private(set) var xx = 0.0
  private(set) var yy = 0.0
  private(set) var xy = 0.0

  init(_ length: Int) {
    shape = WindowShape(length)
    levels = Cells(5 * shape.cellCount)
  }

  /// Reads a saved window.
  init(from decoder: any Decoder) throws {
    let saved = try decoder.container(keyedBy: CodingKeys.self)
    shape = try saved.decode(WindowShape.self, forKey: .shape)
    levels = try saved.decode(Cells.self, forKey: .levels)
    run = try saved.decode(FiniteRun.self, forKey: .run)
    xx = try saved.decode(Double.self, forKey: .xx)
    yy = try saved.decode(Double.self, forKey: .yy)
    xy = try saved.decode(Double.self, forKey: .xy)
    try shape.check(levels, columns: 5, in: decoder)
  }

  var length: Int { shape.length }

  /// Takes a pair; returns whether the newest n are there and none is missing.
  @inline(__always)
  mutating func push(_ x: Double, _ y: Double, commit: Bool) -> Bool {
    run.push(x - y)
    let size = shape.cellCount
    var level = (x - y).isNumber ? SIMD2(x, y) : .zero
    var squares = SIMD2<Double>.zero
    var product = 0.0
    var sum = SIMD2<Double>.zero
    var (ownSquares, ownProduct) = (SIMD2<Double>.zero, 0.0)
    var taken = 0
    var k = 1
    while true {
      if shape.has(k) {
        if taken == 0 {
          (sum, ownSquares, ownProduct) = (level, squares, product)
        } else {
          let cell = shape.cell(k, age: taken)
          let older = SIMD2(levels[cell], levels[cell &+ size])
          let scaled = sum * Double(k)
          let difference = scaled - older * Double(taken)
          let gap = SIMD2(meaningful(difference.x, of: scaled.x), meaningful(difference.y, of: scaled.y))
          let share = gap * shareOfGap(taken, k)
          ownSquares = ownSquares + SIMD2(levels[cell &+ 2 &* size], levels[cell &+ 3 &* size]) + gap * share
          ownProduct = ownProduct + levels[cell &+ 4 &* size] + gap.x * share.y
          sum += older
        }
        taken &+= k
      }
      let cell = shape.cell(k)
      let older = SIMD2(levels[cell], levels[cell &+ size])
      let olderSquares = SIMD2(levels[cell &+ 2 &* size], levels[cell &+ 3 &* size])
      let olderProduct = levels[cell &+ 4 &* size]
      if commit {
        levels[cell] = level.x
        levels[cell &+ size] = level.y
        levels[cell &+ 2 &* size] = squares.x
        levels[cell &+ 3 &* size] = squares.y
        levels[cell &+ 4 &* size] = product
      }
      if k == shape.top { break }
      let gap = level - older
      let share = gap * (1 / (2 * Double(k)))
      squares = squares + olderSquares + gap * share
      product = product + olderProduct + gap.x * share.y
      level += older
      k &<<= 1
    }
    shape.advance()
    (xx, yy, xy) = (ownSquares.x, ownSquares.y, ownProduct)
    return run.covers(length)
  }

  /// Whether the window is full of pairs that are not missing.
  @inline(__always)
  var isSteady: Bool { run.covers(length) }

  /// Pushes `count` finite pairs, at least one, into a steady window.
  mutating func run(
    _ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>, count: Int, xx squaresX: UnsafeMutablePointer<Double>,
    yy squaresY: UnsafeMutablePointer<Double>, xy products: UnsafeMutablePointer<Double>
  ) {
    levels.withMutablePointer { levels in
      shape.withScratch { kernel_window_products($0, x, y, count, levels, $1, squaresX, squaresY, products) }
    }
    shape.advance(count)
    run.push(finite: count)
    (xx, yy, xy) = (squaresX[count &- 1], squaresY[count &- 1], products[count &- 1])
  }

  /// Makes the storage its own before writes.
  mutating func makeUnique() { levels.makeUnique() }
}
