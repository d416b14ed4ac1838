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

  /// The numbers without their signs.
  @inline(__always)
  var magnitudes: Self {
    unsafeBitCast(unsafeBitCast(self, to: SIMD2<UInt64>.self) & 0x7fff_ffff_ffff_ffff, to: Self.self)
  }

  /// The larger of each two numbers.
  @inline(__always)
  func larger(_ other: Self) -> Self { replacing(with: other, where: other .> self) }

  /// The smaller of each two numbers.
  @inline(__always)
  func smaller(_ other: Self) -> Self { replacing(with: other, where: other .< self) }

  /// The numbers where a condition holds, 0 elsewhere.
  @inline(__always)
  func kept(where condition: BarPairMask) -> Self { Self.zero.replacing(with: self, where: condition) }
}

extension BarPairMask {
  /// A number where the condition holds, 0 elsewhere.
  @inline(__always)
  func marked(_ value: Double) -> BarPair { BarPair.zero.replacing(with: value, where: self) }
}
