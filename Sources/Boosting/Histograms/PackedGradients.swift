internal import CKernels
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

  /// What packing needs beside the scale, worked out once a tree.
  package struct Packer: Sendable {
    fileprivate let gradientScale: Float
    fileprivate let hessianScale: Float
    fileprivate let key: UInt64
    package let isStochastic: Bool

    /// Packs a pair to the nearest levels.
    @inline(__always)
    package func nearest(_ pair: GradientPair) -> UInt32 {
      let gradient = max(-32_767, min(32_767, pair.gradient * gradientScale))
      let hessian = max(0, min(65_535, pair.hessian * hessianScale + 0.5))
      // Halves away from zero: conversion drops the fraction, which needs no library call.
      let level = Int32(gradient + (gradient < 0 ? -0.5 : 0.5))
      return UInt32(bitPattern: level) << 16 | UInt32(hessian)
    }

    /// Packs the pairs of neighbouring rows to the nearest levels; returns the sum of what they stand for in a bin.
    package func nearest(
      _ pairs: UnsafePointer<GradientPair>, _ rows: Range<Int>, into entries: UnsafeMutablePointer<UInt64>
    ) -> Int64 {
      (pairs + rows.lowerBound).withMemoryRebound(to: Float.self, capacity: 2 * rows.count) {
        kernel_pack(
          $0, UInt32(rows.lowerBound), rows.count, gradientScale, hessianScale, entries, VectorKernels.avx2)
      }
    }

    /// Packs a pair to one of the two levels around it, with chances that keep the mean.
    @inline(__always)
    package func random(_ pair: GradientPair, row: Int) -> UInt32 {
      let noise = mix(UInt64(truncatingIfNeeded: row) ^ key)
      let up = Float(noise & 0xff_ffff) * 0x1p-24
      let down = Float((noise >> 24) & 0xff_ffff) * 0x1p-24
      let gradient = (pair.gradient * gradientScale + up).rounded(.down)
      let hessian = (pair.hessian * hessianScale + down).rounded(.down)
      let level = Int32(max(-32_767, min(32_767, gradient)))
      return UInt32(bitPattern: level) << 16 | UInt32(max(0, min(65_535, hessian)))
    }

    @inline(__always)
    package func packed(_ pair: GradientPair, row: Int) -> UInt32 {
      isStochastic ? random(pair, row: row) : nearest(pair)
    }
  }

  /// - Parameter salt: Changes from tree to tree, so that random rounding does.
  package func packer(salt: UInt64) -> Packer {
    Packer(
      gradientScale: Float(1 / gradientStep), hessianScale: Float(1 / hessianStep), key: mix(salt),
      isStochastic: isStochastic)
  }
}

@inline(__always)
private func mix(_ value: UInt64) -> UInt64 {
  var z = (value &+ 0x2545_F491_4F6C_DD1D) &* 0x9E37_79B9_7F4A_7C15
  z = (z ^ (z >> 32)) &* 0xD6E8_FEB8_6659_FD93
  return z ^ (z >> 32)
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
