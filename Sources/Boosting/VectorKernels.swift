internal import CKernels
import Foundation

/// The kernels for vectors of 512 bits, which are chosen at run time.
enum VectorKernels {
  /// Whether this processor has such vectors; the environment variable `TICKBOOST_PORTABLE=1` turns them off, for
  /// measurements and tests.
  static let areUsed =
    kernel_has_vectors() != 0 && ProcessInfo.processInfo.environment["TICKBOOST_PORTABLE"] != "1"
}
