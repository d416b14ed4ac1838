import CKernels

extension DecayingSum {
  /// The same as ``run(_:weight:count:into:)`` with a weight of 1, where nothing is taken away.
  mutating func runTotal(_ values: UnsafePointer<Double>, count: Int, into results: UnsafeMutablePointer<Double>) {
    var row = 0
    while row < count, !isAtStart {
      results[row] = push(values[row])
      row &+= 1
    }
    let groups = (count &- row) / 32
    if groups > 0 { start(kernel_running_total(values + row, anchorValue, groups, results + row)) }
    row &+= 32 &* groups
    while row < count {
      results[row] = push(values[row])
      row &+= 1
    }
  }

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

  /// Pushes each of `count` finite values, times its weight, into two sums whose blocks begin together; `results`, which may be
  /// the values' place, get the first less the second.
  static func runDifference(
    _ first: inout DecayingSum, _ second: inout DecayingSum, weights: SIMD2<Double>, _ values: UnsafePointer<Double>,
    count: Int, into results: UnsafeMutablePointer<Double>
  ) {
    var row = 0
    while row < count, !first.isAtStart || row &+ 32 > count {
      results[row] = first.push(values[row] * weights.x) - second.push(values[row] * weights.y)
      row &+= 1
    }
    let groups = (count &- row) / 32
    if groups > 0 {
      var shares = (first.blockPowers, second.blockPowers)
      var given = (weights, SIMD2(first.rest, second.rest), SIMD2(first.anchorValue, second.anchorValue))
      withUnsafeBytes(of: &shares) { powers in
        withUnsafeMutablePointer(to: &given) { given in
          given.withMemoryRebound(to: Double.self, capacity: 6) { given in
            kernel_decay_difference(
              values + row, given, given + 2, powers.assumingMemoryBound(to: Double.self).baseAddress, given + 4,
              groups,
              results + row)
          }
        }
      }
      first.start(given.2.x)
      second.start(given.2.y)
      row &+= 32 &* groups
    }
    while row < count {
      results[row] = first.push(values[row] * weights.x) - second.push(values[row] * weights.y)
      row &+= 1
    }
  }

  /// Whether its blocks begin with another's.
  @inline(__always)
  func isInStep(with other: DecayingSum) -> Bool { place == other.place }
}
