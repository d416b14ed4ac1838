extension DecayingSum {
  /// Pushes `weight` times each of `count` finite values; the sums go to `results`, which may be the values' place.
  mutating func run(
    _ values: UnsafePointer<Double>, weight: Double, count: Int, into results: UnsafeMutablePointer<Double>
  ) {
    var row = 0
    // To the start of a block.
    while row < count, !isAtStart {
      results[row] = push(values[row] * weight)
      row &+= 1
    }
    let powers = blockPowers
    let r = rest
    while row &+ 32 <= count {
      let x = values + row
      let y = results + row
      var a = SIMD4<Double>.zero
      // Four blocks of eight at once: the partials of a block start from 0, whatever came before.
      for j in 0..<8 {
        a = a * r + SIMD4(x[j], x[j &+ 8], x[j &+ 16], x[j &+ 24]) * weight
        y[j] = a[0]
        y[j &+ 8] = a[1]
        y[j &+ 16] = a[2]
        y[j &+ 24] = a[3]
      }
      var anchor = anchorValue
      for block in 0..<4 {
        let place = UnsafeMutableRawPointer(y + 8 &* block)
        let sums = powers * anchor + place.loadUnaligned(as: SIMD8<Double>.self)
        place.storeBytes(of: sums, as: SIMD8<Double>.self)
        anchor = sums[7]
      }
      start(anchor)
      row &+= 32
    }
    while row < count {
      results[row] = push(values[row] * weight)
      row &+= 1
    }
  }
}
