import CKernels

extension Double {
  /// Whether the number is there, that is, finite: one comparison.
  @inline(__always)
  var isNumber: Bool { magnitude <= Double.greatestFiniteMagnitude }
}

/// The larger of two numbers, without a branch that could be mispredicted; b where one is NaN.
@inline(__always)
func larger(_ a: Double, _ b: Double) -> Double { kernel_larger(a, b) }

/// The smaller of two numbers, without a branch; b where one is NaN.
@inline(__always)
func smaller(_ a: Double, _ b: Double) -> Double { kernel_smaller(a, b) }

/// A number where it is positive, else 0; 0 for NaN.
@inline(__always)
func positive(_ a: Double) -> Double { kernel_larger(a, 0) }

/// Whether the difference of two numbers is within the rounding of numbers of that size: TA-Lib's rule for money flow and ranges,
/// 10⁻¹⁴ of their sizes together.
@inline(__always)
func isRounding(_ difference: Double, of a: Double, _ b: Double) -> Bool {
  abs(difference) <= 1e-14 * (abs(a) + abs(b))
}
