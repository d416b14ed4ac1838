internal import CKernels

/// One number a window, for the windows of a group.
///
/// The standard lookbacks are four, and the processor computes two or four numbers in the time of one.
package typealias Lanes = SIMD4<Double>

/// Where a comparison of lanes holds: all bits of the lane are set.
package typealias LaneBits = SIMD4<Int64>

extension SIMDMask<LaneBits> {
  /// The mask for ``Lanes/replaced(by:where:)``, and for `&`, `|` and `~`.
  @inline(__always) var bits: LaneBits { unsafeBitCast(self, to: LaneBits.self) }
}

extension LaneBits {
  /// Whether a comparison holds in some lane.
  @inline(__always) var isAnySet: Bool { (self[0] | self[1] | self[2] | self[3]) < 0 }
}

extension Lanes {
  /// Takes other numbers in some lanes; without branches, which the library's `replacing(with:where:)` would have.
  @inline(__always)
  func replaced(by other: Lanes, where bits: LaneBits) -> Lanes {
    let (own, new) = (unsafeBitCast(self, to: LaneBits.self), unsafeBitCast(other, to: LaneBits.self))
    return unsafeBitCast((own & ~bits) | (new & bits), to: Lanes.self)
  }

  /// The square root in every lane, in one instruction a pair of lanes.
  @inline(__always) var root: Lanes { kernel_square_root(self) }

  /// Takes one other number in some lanes.
  @inline(__always)
  func replaced(by other: Double, where bits: LaneBits) -> Lanes {
    replaced(by: Lanes(repeating: other), where: bits)
  }
}

/// a / b in every lane, in one instruction a pair of lanes.
@inline(__always)
func quotient(_ a: Double, _ b: Lanes) -> Lanes { kernel_divide(Lanes(repeating: a), b) }

/// a / b in every lane, in one instruction a pair of lanes.
@inline(__always)
func quotient(_ a: Lanes, _ b: Lanes) -> Lanes { kernel_divide(a, b) }
