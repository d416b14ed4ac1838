import Compute

/// The scale by which gradients become small whole numbers, so that histogram sums are exact and free of order.
///
/// A row's pair is packed in 32 bits: the gradient in the high 16 (signed), the hessian in the low 16. A bin sums pairs
/// in 64 bits: gradients in the high half, hessians in the low one. The scales use all bits that the sums of a whole
/// training set leave: at a million rows some 2,000 levels. Where typical gradients would span fewer than 32 levels
/// (heavy tails), rounding is random by row and round, which keeps sums unbiased.
package struct GradientScale: Sendable {
  package let gradientStep: Double
  let hessianStep: Double
  package let isStochastic: Bool
  /// Whether all derivatives are finite; nothing else here means anything if not.
  let isFinite: Bool

  /// Finds the scale of `count` pairs.
  ///
  /// O(rows); the same for any number of threads.
  package init(_ pairs: UnsafePointer<GradientPair>, count: Int, threads: Int) {
    nonisolated(unsafe) let pairs = pairs
    let chunk = 65_536
    let parts = parallelMap(count: (count + chunk - 1) / chunk, threads: threads) { index in
      var part = (maxGradient: Float(0), maxHessian: Float(0), gradients: 0.0, hessians: 0.0)
      for row in index * chunk..<min((index + 1) * chunk, count) {
        let pair = pairs[row]
        let size = abs(pair.gradient)
        part.maxGradient = max(part.maxGradient, size)
        part.maxHessian = max(part.maxHessian, pair.hessian)
        part.gradients += Double(size)
        part.hessians += Double(pair.hessian)
      }
      return part
    }
    let maxGradient = Double(parts.reduce(0) { max($0, $1.maxGradient) })
    let maxHessian = Double(parts.reduce(0) { max($0, $1.maxHessian) })
    let gradients = parts.reduce(0) { $0 + $1.gradients }
    let hessians = parts.reduce(0) { $0 + $1.hessians }
    let rows = Double(count)
    // Rounding adds at most one level a row; with it a sum must still fit its half.
    isFinite = gradients.isFinite && hessians.isFinite
    // At most 1e37, which single precision still holds.
    let gradientLevels = min(
      1e37, 32_767 / max(maxGradient, 1e-300), (0x1p31 - 2 - rows) / max(gradients, 1e-300))
    let hessianLevels = min(
      1e37, 65_535 / max(maxHessian, 1e-300), (0x1p32 - 2 - rows) / max(hessians, 1e-300))
    gradientStep = maxGradient > 0 ? 1 / gradientLevels : 1
    hessianStep = maxHessian > 0 ? 1 / hessianLevels : 1
    isStochastic = gradients / rows < 32 * gradientStep
  }

  /// Packs the pairs of a range of rows.
  package func pack(
    _ pairs: UnsafePointer<GradientPair>, _ rows: Range<Int>, into packed: UnsafeMutablePointer<UInt32>, salt: UInt64
  ) {
    let gradientScale = Float(1 / gradientStep)
    let hessianScale = Float(1 / hessianStep)
    if isStochastic {
      let key = mix(salt)
      for row in rows {
        let noise = mix(UInt64(truncatingIfNeeded: row) ^ key)
        let up = Float(noise & 0xff_ffff) * 0x1p-24
        let down = Float((noise >> 24) & 0xff_ffff) * 0x1p-24
        let gradient = (pairs[row].gradient * gradientScale + up).rounded(.down)
        let hessian = (pairs[row].hessian * hessianScale + down).rounded(.down)
        packed[row] = pack(gradient, hessian)
      }
    } else {
      for row in rows {
        // Rounds half up; adding first keeps the loop free of a library call.
        let gradient = (pairs[row].gradient * gradientScale + 0.5).rounded(.down)
        let hessian = pairs[row].hessian * hessianScale + 0.5
        packed[row] = pack(gradient, hessian)
      }
    }
  }

  @inline(__always)
  private func pack(_ gradient: Float, _ hessian: Float) -> UInt32 {
    let g = UInt32(bitPattern: Int32(max(-32_767, min(32_767, gradient))))
    let h = UInt32(max(0, min(65_535, hessian)))
    return g << 16 | h
  }

  @inline(__always)
  private func mix(_ value: UInt64) -> UInt64 {
    var z = (value &+ 0x2545_F491_4F6C_DD1D) &* 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 32)) &* 0xD6E8_FEB8_6659_FD93
    return z ^ (z >> 32)
  }
}

/// A packed pair as a term of a 64-bit bin sum.
@inline(__always)
package func widened(_ packed: UInt32) -> Int64 {
  Int64(Int32(bitPattern: packed) >> 16) << 32 &+ Int64(packed & 0xffff)
}

/// The sum of hessians in a bin sum, in steps.
@inline(__always)
package func hessianSum(_ sum: Int64) -> Int64 { sum & 0xffff_ffff }

/// The sum of gradients in a bin sum, in steps: hessians are never negative, so nothing is borrowed.
@inline(__always)
package func gradientSum(_ sum: Int64) -> Int64 { sum >> 32 }
