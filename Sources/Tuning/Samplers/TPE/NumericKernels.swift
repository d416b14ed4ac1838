import Compute
import Foundation

/// Truncated normals around the observed positions of a number, and a wide one in the middle for the prior.
package struct NumericKernels {
  /// Centres, in the scale in which the number is even.
  package let centres: [Double]
  /// Standard deviations, in that scale.
  package let widths: [Double]
  private let distribution: Distribution
  private let low: Double
  private let high: Double

  package init(_ observations: [Double], _ distribution: Distribution, _ options: TPEOptions) {
    let (low, high) = UnitInterval.bounds(distribution)
    let places = distribution.isLog ? observations.map { Foundation.log($0) } : observations
    let narrowest = options.magicClip ? (high - low) / min(100, Double(places.count + 2)) : 1e-12
    let widths = KernelWidths.values(
      places, (low, high), narrowest: narrowest, considersEndpoints: options.considersEndpoints)
    self.init(
      centres: places + [0.5 * (low + high)], widths: widths + [high - low], distribution, low: low, high: high)
  }

  package init(centres: [Double], widths: [Double], _ distribution: Distribution, low: Double, high: Double) {
    self.centres = centres
    self.widths = widths
    self.distribution = distribution
    self.low = low
    self.high = high
  }

  package func sample(_ kernel: Int, _ share: Double) -> Double {
    let centre = centres[kernel]
    let width = widths[kernel]
    let drawn = TruncatedNormal.quantile(share, low: (low - centre) / width, high: (high - centre) / width)
    let place = drawn * width + centre
    return distribution.snapped(distribution.isLog ? exp(place) : place)
  }

  /// The logarithms of the densities of the kernels at some positions.
  package func terms(_ positions: [Double]) -> DensityTerms {
    guard let step = distribution.step else {
      return .normals(
        places: distribution.isLog ? positions.map { Foundation.log($0) } : positions, centres: centres,
        inverses: widths.map { 1 / $0 }, scales: logScales())
    }
    // On a lattice many kernels are the same, and so are many positions.
    let (classes, members) = distinct()
    var rows: [Double: [Double]] = [:]
    let tables = positions.map { position in
      if let known = rows[position] { return known }
      let row = logMasses(of: position, step, members)
      rows[position] = row
      return row
    }
    return .classes(classes, tables: tables)
  }

  /// What normalises each kernel of a continuum: the mass within the range, the width and the constant of the normal.
  private func logScales() -> [Double] {
    // Most kernels have the same, narrowest width.
    var width = Double.nan
    var logWidth = 0.0
    return centres.indices.map { kernel in
      if widths[kernel] != width {
        width = widths[kernel]
        logWidth = Foundation.log((2 * Double.pi).squareRoot()) + Foundation.log(width)
      }
      return logMass(kernel, low, high) + logWidth
    }
  }

  private func logMass(_ kernel: Int, _ low: Double, _ high: Double) -> Double {
    let left = (low - centres[kernel]) / widths[kernel]
    let right = (high - centres[kernel]) / widths[kernel]
    // Beyond that the tails are nothing beside 1.
    return left < -8.5 && right > 8.5 ? 0 : NormalDistribution.logMass(left, right)
  }

  /// A kernel of each kind, and the kind of each kernel.
  private func distinct() -> (classes: [Int32], members: [Int]) {
    struct Shape: Hashable {
      let centre: Double
      let width: Double
    }
    var known: [Shape: Int32] = [:]
    var members: [Int] = []
    let classes = centres.indices.map { kernel in
      let shape = Shape(centre: centres[kernel], width: widths[kernel])
      if let place = known[shape] { return place }
      let place = Int32(members.count)
      known[shape] = place
      members.append(kernel)
      return place
    }
    return (classes, members)
  }

  private func logMasses(of position: Double, _ step: Double, _ kernels: [Int]) -> [Double] {
    let isLog = distribution.isLog
    let left = isLog ? Foundation.log(position - step / 2) : position - step / 2
    let right = isLog ? Foundation.log(position + step / 2) : position + step / 2
    return kernels.map { logMass($0, left, right) - logMass($0, low, high) }
  }
}
