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
