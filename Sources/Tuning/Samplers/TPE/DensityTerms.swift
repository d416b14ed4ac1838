import CKernels
import Foundation

/// What the kernels of one parameter add to the logarithms of their densities at some points.
package enum DensityTerms {
  /// Normals: `scales` is what is subtracted to normalise each.
  case normals(places: [Double], centres: [Double], inverses: [Double], scales: [Double])
  /// Kernels of few kinds: the kind of each, and for each point a table by kind.
  case classes([Int32], tables: [[Double]])

  /// Adds the terms of some kernels at one of the points; `sums` begins with the first of them.
  func add(point: Int, kernels: Range<Int>, to sums: inout [Double]) {
    switch self {
    case .normals(let places, let centres, let inverses, let scales):
      precondition(kernels.upperBound <= centres.count && kernels.count <= sums.count)
      precondition(inverses.count == centres.count && scales.count == centres.count)
      centres.withUnsafeBufferPointer { centres in
        inverses.withUnsafeBufferPointer { inverses in
          scales.withUnsafeBufferPointer { scales in
            kernel_add_log_normals(
              places[point], centres.baseAddress.map { $0 + kernels.lowerBound },
              inverses.baseAddress.map { $0 + kernels.lowerBound }, scales.baseAddress.map { $0 + kernels.lowerBound },
              kernels.count, &sums)
          }
        }
      }
    case .classes(let classes, let tables):
      precondition(kernels.upperBound <= classes.count && kernels.count <= sums.count)
      classes.withUnsafeBufferPointer { classes in
        kernel_add_classes(
          tables[point], classes.baseAddress.map { $0 + kernels.lowerBound }, kernels.count, &sums)
      }
    }
  }
}

/// The logarithm of a sum of which the logarithms of the terms come a block at a time.
struct LogSum {
  private var top = -Double.infinity
  /// The sum divided by e^top.
  private var sum = 0.0

  mutating func add(_ values: [Double], count: Int) {
    precondition(count <= values.count)
    let largest = kernel_largest(values, count)
    if largest == -.infinity { return }
    if largest > top {
      sum *= exp(top - largest)
      top = largest
    }
    sum += kernel_sum_exponentials(values, top, count)
  }

  var logarithm: Double { top == -.infinity ? top : Foundation.log(sum) + top }
}
