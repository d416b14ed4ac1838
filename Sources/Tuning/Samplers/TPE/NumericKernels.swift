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
  /// Whether values have a mass rather than a density.
  private let isLattice: Bool

  /// Makes the kernels of some observations, in a space of `dimensions` parameters.
  package init(_ observations: [Double], _ distribution: Distribution, _ options: TPEOptions, dimensions: Int) {
    let (low, high) = UnitInterval.bounds(distribution)
    let places = distribution.isLog ? observations.map { Foundation.log($0) } : observations
    let isOld = options.kernels == .optuna4
    // The same number but for rounding, which decides on which side of an equal place it is.
    let middle = isOld && !distribution.isLog ? 0.5 * (distribution.low + distribution.high) : 0.5 * (low + high)
    let centres = places + [middle]
    let narrowest = options.magicClip ? (high - low) / min(100, Double(places.count + 2)) : 1e-12
    var widths: [Double]
    if options.areWidthsByCount {
      let width = 0.2 * pow(Double(max(places.count, 1)), -1 / Double(dimensions + 4)) * (high - low)
      widths = [Double](repeating: min(max(width, narrowest), high - low), count: places.count)
    } else {
      widths = KernelWidths.values(
        isOld ? centres : places, (low, high), narrowest: narrowest,
        considersEndpoints: options.considersEndpoints)
      widths.removeSubrange(places.count...)
    }
    widths.append(high - low)
    self.init(
      centres: centres, widths: widths, distribution, low: low, high: high,
      isLattice: distribution.step != nil && !(distribution.isLog && isOld))
  }

  package init(
    centres: [Double], widths: [Double], _ distribution: Distribution, low: Double, high: Double, isLattice: Bool
  ) {
    self.centres = centres
    self.widths = widths
    self.distribution = distribution
    self.low = low
    self.high = high
    self.isLattice = isLattice
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
    guard isLattice, let step = distribution.step else {
      return .normals(
        places: distribution.isLog ? positions.map { Foundation.log($0) } : positions, centres: centres,
        inverses: widths.map { 1 / $0 }, scales: logScales())
    }
    // On a lattice many kernels are the same, and so are many positions.
    let (classes, members) = distinct()
    let whole = members.map { logMass($0, low, high) }
    var rows: [Double: [Double]] = [:]
    let tables = positions.map { position in
      if let known = rows[position] { return known }
      let row = logMasses(of: position, step, members, whole)
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

  private func logMasses(of position: Double, _ step: Double, _ kernels: [Int], _ whole: [Double]) -> [Double] {
    let isLog = distribution.isLog
    let left = isLog ? Foundation.log(position - step / 2) : position - step / 2
    let right = isLog ? Foundation.log(position + step / 2) : position + step / 2
    return zip(kernels, whole).map { logMass($0, left, right) - $1 }
  }
}
