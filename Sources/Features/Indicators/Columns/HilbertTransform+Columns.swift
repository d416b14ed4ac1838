import CKernels

/// What the transform finds row by row, with room for rows before the first.
struct HilbertColumns {
  /// Rows that are worked at a time, and room before them.
  static let tile = 512
  static let room = 64
  fileprivate static let stride = tile + room + 8

  fileprivate let base: UnsafeMutablePointer<Double>

  @inline(__always)
  fileprivate func column(_ index: Int) -> UnsafeMutablePointer<Double> { base + (index * Self.stride + Self.room) }

  /// The values, of which a tile's last ones stay before the next tile's.
  @inline(__always)
  var values: UnsafeMutablePointer<Double> { column(0) }
  @inline(__always)
  var smoothed: UnsafeMutablePointer<Double> { column(1) }
  @inline(__always)
  var quadrature: UnsafeMutablePointer<Double> { column(2) }
  @inline(__always)
  var period: UnsafeMutablePointer<Double> { column(3) }
  @inline(__always)
  var inPhase: UnsafeMutablePointer<Double> { column(4) - 3 }
  @inline(__always)
  fileprivate var detrended: UnsafeMutablePointer<Double> { column(4) }
  @inline(__always)
  fileprivate var unscaled: UnsafeMutablePointer<Double> { column(5) }
}

extension HilbertTransform.Filter {
  /// The inputs before row 0, the newest `skipped` rows before it.
  func lay(_ column: UnsafeMutablePointer<Double>, skipped: Int = 0) {
    for place in 0..<3 {
      column[-1 - skipped - 2 * place] = other[place]
      column[-2 - skipped - 2 * place] = own[place]
    }
  }

  /// Takes the six inputs before a row.
  mutating func take(_ column: UnsafeMutablePointer<Double>) {
    other = SIMD4(column[-1], column[-3], column[-5], 0)
    own = SIMD4(column[-2], column[-4], column[-6], 0)
  }
}

extension HilbertTransform {
  /// Takes `count` finite values once the look-back is over, and calls `body` for each tile with its first row, its length and what
  /// was found.
  mutating func run(
    _ values: UnsafePointer<Double>, count: Int, _ body: (_ row: Int, _ count: Int, _ found: HilbertColumns) -> Void
  ) {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 6 * HilbertColumns.stride) { buffer in
      guard let base = buffer.baseAddress else { return }
      base.initialize(repeating: 0, count: 6 * HilbertColumns.stride)
      let columns = HilbertColumns(base: base)
      var row = 0
      while row < count {
        let length = min(HilbertColumns.tile, count - row)
        runTile(values + row, length, columns)
        body(row, length, columns)
        row += length
      }
    }
  }

  private mutating func runTile(_ values: UnsafePointer<Double>, _ count: Int, _ columns: HilbertColumns) {
    for place in 0..<3 {
      columns.values[-1 - place] = recent[place]
      columns.detrended[-1 - place] = detrended[place]
    }
    columns.values.update(from: values, count: count)
    detrender.lay(columns.smoothed)
    quadratureAhead.lay(columns.quadrature)
    inPhaseAhead.lay(columns.detrended, skipped: 3)
    var cycle = kernel_cycle(
      period: period, in_phase: smoothInPhase, quadrature: smoothQuadrature, real: real, imaginary: imaginary)
    kernel_hilbert(
      columns.values, count, &cycle, columns.smoothed, columns.unscaled, columns.detrended, columns.quadrature,
      columns.period)
    (period, smoothInPhase, smoothQuadrature) = (cycle.period, cycle.in_phase, cycle.quadrature)
    (real, imaginary) = (cycle.real, cycle.imaginary)
    let last = count - 1
    (smoothed, inPhase, quadrature) = (columns.smoothed[last], columns.inPhase[last], columns.quadrature[last])
    let (x, d) = (columns.values + count, columns.detrended + count)
    recent = SIMD4(x[-1], x[-2], x[-3], x[-4])
    detrended = SIMD4(d[-1], d[-2], d[-3], 0)
    detrender.take(columns.smoothed + count)
    quadratureAhead.take(columns.quadrature + count)
    quadratureFilter.take(d)
    inPhaseAhead.take(d - 3)
  }
}
