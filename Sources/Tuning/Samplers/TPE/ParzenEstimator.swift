package import Compute
import Foundation

/// A mixture of kernels, one around each observed point and a wide one for the prior, each a product over parameters.
///
/// Source: Bergstra et al., "Algorithms for hyper-parameter optimization" (2011); Falkner et al. (2018) for the joint form.
/// The kernels, their widths and weights are those of Optuna; the tests hold them to it.
package struct ParzenEstimator {
  /// The logarithm of the weight of each kernel, the prior last.
  package let logWeights: [Double]
  /// Running sums of the weights, to draw a kernel.
  private let cumulative: [Double]
  /// The kernels of each parameter.
  package let dimensions: [ParzenDimension]

  /// Makes the estimator.
  ///
  /// - Parameters:
  ///   - columns: The positions of the observations, a column a parameter, oldest first.
  ///   - space: The parameters.
  ///   - options: Widths and weights.
  ///   - isUniform: Whether all observations weigh the same whatever the options say.
  package init(_ columns: [[Double]], _ space: SearchSpace, _ options: TPEOptions, isUniform: Bool = false) {
    let count = columns.first?.count ?? 0
    var weights = isUniform ? [Double](repeating: 1, count: count) : options.weights.values(count)
    weights.append(count == 0 ? 1 : options.priorWeight)
    self.init(
      weights: weights,
      dimensions: zip(columns, space.parameters).map {
        ParzenDimension($0, $1.distribution, options, dimensions: space.parameters.count)
      })
  }

  package init(weights: [Double], dimensions: [ParzenDimension]) {
    let total = weights.reduce(0, +)
    var sum = 0.0
    cumulative = weights.map {
      sum += $0 / total
      return sum
    }
    logWeights = weights.map { Foundation.log($0 / total) }
    self.dimensions = dimensions
  }

  /// Draws points, one column a parameter.
  package func sample(_ count: Int, _ random: inout RandomStream) -> [[Double]] {
    let kernels = (0..<count).map { _ in kernel(random.uniform()) }
    return dimensions.map { dimension in kernels.map { dimension.sample($0, random.uniform()) } }
  }

  private func kernel(_ share: Double) -> Int {
    var low = 0
    var high = cumulative.count - 1
    while low < high {
      let middle = (low + high) / 2
      if cumulative[middle] > share { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// The logarithm of the density of points, one column a parameter.
  ///
  /// - Complexity: O(points · kernels · parameters).
  package func logDensity(_ columns: [[Double]]) -> [Double] {
    let terms = zip(dimensions, columns).map { $0.terms($1) }
    var sums = [LogSum](repeating: LogSum(), count: columns.first?.count ?? 0)
    // A block of kernels stays in the nearest cache while all points are taken to it.
    var block = [Double](repeating: 0, count: Self.blockSize)
    for start in stride(from: 0, to: logWeights.count, by: Self.blockSize) {
      let kernels = start..<min(start + Self.blockSize, logWeights.count)
      for point in sums.indices {
        for (place, kernel) in kernels.enumerated() { block[place] = logWeights[kernel] }
        for term in terms { term.add(point: point, kernels: kernels, to: &block) }
        sums[point].add(block, count: kernels.count)
      }
    }
    return sums.map(\.logarithm)
  }

  private static let blockSize = 256
}
