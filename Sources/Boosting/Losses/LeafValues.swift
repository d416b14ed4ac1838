import Compute

/// The exact sums of gradients and hessians of a set of rows.
///
/// Each term is rounded once to a whole multiple of a fixed power of two, and whole numbers are added: so the sum is
/// within 2⁻⁶² of the largest sum and does not depend on order, shards or threads.
package struct ExactSums: Sendable {
  private let gradientScale: Double
  private let hessianScale: Double

  /// Chooses the powers of two for `count` pairs.
  package init(_ scale: GradientScale, count: Int) {
    // The quantised steps say how large the sums can get: 2³¹ gradient steps and 2³² hessian steps.
    gradientScale = 0x1p62 / Self.powerOfTwo(above: scale.gradientStep * 0x1p32)
    hessianScale = 0x1p62 / Self.powerOfTwo(above: scale.hessianStep * 0x1p33)
  }

  /// Gradient and hessian sums of the pairs of the listed rows (``RowShard/entry(row:packed:)``).
  package func sums(_ pairs: UnsafePointer<GradientPair>, entries: UnsafeBufferPointer<UInt64>) -> (Int64, Int64) {
    var sums: (Int64, Int64) = (0, 0)
    for entry in entries { add(pairs[RowShard.row(entry)], to: &sums) }
    return sums
  }

  /// Adds the pairs of a range of rows to the sums of their leaves: quicker than leaf by leaf where all rows have one.
  package func add(
    _ pairs: UnsafePointer<GradientPair>, _ rows: Range<Int>, leaves: UnsafePointer<UInt16>,
    to sums: inout [(Int64, Int64)]
  ) {
    sums.withUnsafeMutableBufferPointer { sums in
      let sums = sums.baseAddress!
      for row in rows { add(pairs[row], to: &sums[Int(leaves[row])]) }
    }
  }

  @inline(__always)
  private func add(_ pair: GradientPair, to sums: inout (Int64, Int64)) {
    sums.0 &+= Int64(Double(pair.gradient) * gradientScale)
    sums.1 &+= Int64(Double(pair.hessian) * hessianScale)
  }

  package func gradient(_ sum: Int64) -> Double { Double(sum) / gradientScale }
  package func hessian(_ sum: Int64) -> Double { Double(sum) / hessianScale }

  private static func powerOfTwo(above value: Double) -> Double {
    guard value > 0, value.isFinite else { return 1 }
    return Double(sign: .plus, exponent: value.exponent + 1, significand: 1)
  }
}
