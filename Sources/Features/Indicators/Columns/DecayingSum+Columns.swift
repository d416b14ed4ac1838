import CKernels

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
    // Groups of four blocks of eight: the partials of a block start from 0, whatever came before.
    let groups = (count &- row) / 32
    if groups > 0 {
      var powers = blockPowers
      let sum = withUnsafeBytes(of: &powers) { bytes in
        kernel_decay(
          values + row, weight, rest, bytes.assumingMemoryBound(to: Double.self).baseAddress, anchorValue, groups,
          results + row)
      }
      start(sum)
      row &+= 32 &* groups
    }
    while row < count {
      results[row] = push(values[row] * weight)
      row &+= 1
    }
  }
}
