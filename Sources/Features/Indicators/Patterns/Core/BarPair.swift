/// A number for each of two successive bars: rules are evaluated for two bars at once, which baseline processors can do.
///
/// A rule has no branch that depends on one bar alone, so nothing is mispredicted; live updates use both places for the
/// same bar.
typealias BarPair = SIMD2<Double>

/// A truth value for each of two successive bars.
typealias BarPairMask = SIMDMask<SIMD2<Int64>>

extension SIMD2<Double> {
  /// The two numbers from an address on, which need not be aligned.
  @inline(__always)
  init(at address: UnsafePointer<Double>) {
    self = UnsafeRawPointer(address).loadUnaligned(as: Self.self)
  }

  @inline(__always)
  private init(bits: SIMD2<UInt64>) { self = unsafeBitCast(bits, to: Self.self) }

  @inline(__always)
  private var bits: SIMD2<UInt64> { unsafeBitCast(self, to: SIMD2<UInt64>.self) }

  /// The numbers without their signs.
  @inline(__always)
  var magnitudes: Self { Self(bits: bits & 0x7fff_ffff_ffff_ffff) }

  /// The larger of each two numbers.
  @inline(__always)
  func larger(_ other: Self) -> Self { other.kept(where: other .> self, else: self) }

  /// The smaller of each two numbers.
  @inline(__always)
  func smaller(_ other: Self) -> Self { other.kept(where: other .< self, else: self) }

  // Selection is by bits, not by `replacing(with:where:)`, which the optimiser may turn into a branch for each place.

  /// The numbers where a condition holds, 0 elsewhere.
  @inline(__always)
  func kept(where condition: BarPairMask) -> Self { Self(bits: bits & condition.bits) }

  /// The numbers where a condition holds, other numbers elsewhere.
  @inline(__always)
  func kept(where condition: BarPairMask, else other: Self) -> Self {
    Self(bits: (bits & condition.bits) | (other.bits & ~condition.bits))
  }
}

extension BarPairMask {
  /// All bits set where the condition holds.
  @inline(__always)
  fileprivate var bits: SIMD2<UInt64> { unsafeBitCast(self, to: SIMD2<UInt64>.self) }

  /// A number where the condition holds, another elsewhere.
  @inline(__always)
  func marked(_ value: Double, else other: Double = 0) -> BarPair {
    BarPair(repeating: value).kept(where: self, else: BarPair(repeating: other))
  }
}
