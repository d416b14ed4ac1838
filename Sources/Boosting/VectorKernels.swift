internal import CKernels
import Foundation

/// Which kernels this processor can run, chosen at run time; the results are the same with any.
///
/// The environment variable `TICKBOOST_PORTABLE=1` turns the vector instructions off that not every processor of the
/// architecture has, for measurements and tests.
enum VectorKernels {
  private static let isPortable = ProcessInfo.processInfo.environment["TICKBOOST_PORTABLE"] == "1"
  /// Whether there are vectors of 512 bits (AVX-512).
  static let are512Used = kernel_has_vectors() != 0 && !isPortable
  /// 1 where there are vectors of 256 bits (AVX2), else 0: what the kernels ask for.
  static let avx2: Int32 = kernel_has_avx2() != 0 && !isPortable ? 1 : 0
}
