/// Squared deviations and their products of two columns over the last n, without drift or cancellation.
///
/// The scheme of ``WindowSpread`` for pairs.
struct WindowProducts: Sendable, Codable {
  let length: Int
  private let inverse: Double
  private var xs: Cells
  private var ys: Cells
  private var xxs: Cells
  private var yys: Cells
  private var xys: Cells
  private var place = 0
  private var first = SIMD2<Double>.zero
  private var last = SIMD2<Double>.zero
  private var head = SIMD2<Double>.zero
  private var headSquares = SIMD2<Double>.zero
  private var headProduct = 0.0
  private var run = FiniteRun()
  /// Σ(x − x̄)², Σ(y − ȳ)² and Σ(x − x̄)(y − ȳ) after ``push(_:_:commit:)``.
  private(set) var xx = 0.0
  private(set) var yy = 0.0
  private(set) var xy = 0.0

  init(_ length: Int) {
    self.length = length
    inverse = 1 / Double(length)
    xs = Cells(length + 1)
    ys = xs
    xxs = xs
    yys = xs
    xys = xs
  }

  /// Takes a pair; returns whether the newest n are there and none is missing.
  @inline(__always)
  mutating func push(_ x: Double, _ y: Double, commit: Bool) -> Bool {
    run.push(x - y)
    let anchor = place == 0 ? last : first
    let pair = (x - y).isNumber ? SIMD2(x, y) : anchor
    if place == 0 { first = pair }
    let difference = pair - first
    head += difference
    headSquares += difference * difference
    headProduct += difference.x * difference.y
    let next = place &+ 1
    let tail = SIMD2(xs[next], ys[next])
    let n = Double(next)
    let m = Double(length &- next)
    let headMean = head / n
    let tailMean = m > 0 ? tail / m : .zero
    let gap = headMean + (first - last) - tailMean
    let weight = n * m * inverse
    let own = headSquares - head * headMean
    let other = SIMD2(xxs[next], yys[next]) - tail * tailMean
    xx = max(0, own.x) + max(0, other.x) + gap.x * gap.x * weight
    yy = max(0, own.y) + max(0, other.y) + gap.y * gap.y * weight
    xy = headProduct - head.x * headMean.y + (xys[next] - tail.x * tailMean.y) + gap.x * gap.y * weight
    if commit {
      xs[place] = pair.x
      ys[place] = pair.y
      place = next
      if place == length { closeBlock() }
    }
    return run.covers(length)
  }

  @inline(__always)
  private mutating func closeBlock() {
    last = SIMD2(xs[length &- 1], ys[length &- 1])
    var sum = SIMD2<Double>.zero
    var squares = SIMD2<Double>.zero
    var product = 0.0
    for k in stride(from: length - 1, through: 0, by: -1) {
      let difference = SIMD2(xs[k], ys[k]) - last
      sum += difference
      squares += difference * difference
      product += difference.x * difference.y
      xs[k] = sum.x
      ys[k] = sum.y
      xxs[k] = squares.x
      yys[k] = squares.y
      xys[k] = product
    }
    place = 0
    head = .zero
    headSquares = .zero
    headProduct = 0
  }

  mutating func makeUnique() {
    xs.makeUnique()
    ys.makeUnique()
    xxs.makeUnique()
    yys.makeUnique()
    xys.makeUnique()
  }
}
