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
  /// What normalises each kernel within the range.
  private let logScales: [Double]
  private let inverseWidths: [Double]

  package init(_ observations: [Double], _ distribution: Distribution, _ options: TPEOptions) {
    let (low, high) = UnitInterval.bounds(distribution)
    let places = distribution.isLog ? observations.map { Foundation.log($0) } : observations
    var widths = Self.widths(places, low: low, high: high, considersEndpoints: options.considersEndpoints)
    let narrowest = options.magicClip ? (high - low) / min(100, Double(places.count + 2)) : 1e-12
    for i in widths.indices { widths[i] = min(max(widths[i], narrowest), high - low) }
    self.init(
      centres: places + [0.5 * (low + high)], widths: widths + [high - low], distribution, low: low, high: high)
  }

  package init(centres: [Double], widths: [Double], _ distribution: Distribution, low: Double, high: Double) {
    self.centres = centres
    self.widths = widths
    self.distribution = distribution
    self.low = low
    self.high = high
    let isDiscrete = distribution.step != nil
    // For a continuum the density needs the constant of the normal and the width as well.
    logScales = zip(centres, widths).map { centre, width in
      NormalDistribution.logMass((low - centre) / width, (high - centre) / width)
        + (isDiscrete ? 0 : Foundation.log((2 * Double.pi).squareRoot()) + Foundation.log(width))
    }
    inverseWidths = widths.map { 1 / $0 }
  }

  /// The larger gap to a neighbour; the outermost take the inner gap, unless the ends of the range count as neighbours.
  private static func widths(_ places: [Double], low: Double, high: Double, considersEndpoints: Bool) -> [Double] {
    let count = places.count
    let order = places.indices.sorted { (places[$0], $0) < (places[$1], $1) }
    var widths = [Double](repeating: 0, count: count)
    for (rank, index) in order.enumerated() {
      let left = rank == 0 ? low : places[order[rank - 1]]
      let right = rank == count - 1 ? high : places[order[rank + 1]]
      widths[index] = max(places[index] - left, right - places[index])
    }
    if !considersEndpoints, count >= 2 {
      widths[order[0]] = places[order[1]] - places[order[0]]
      widths[order[count - 1]] = places[order[count - 1]] - places[order[count - 2]]
    }
    return widths
  }

  package func sample(_ kernel: Int, _ share: Double) -> Double {
    let centre = centres[kernel]
    let width = widths[kernel]
    let drawn = TruncatedNormal.quantile(share, low: (low - centre) / width, high: (high - centre) / width)
    let place = drawn * width + centre
    return distribution.snapped(distribution.isLog ? exp(place) : place)
  }

  package func addLogDensity(of position: Double, to sums: inout [Double]) {
    let isLog = distribution.isLog
    guard let step = distribution.step else {
      let place = isLog ? Foundation.log(position) : position
      for kernel in centres.indices {
        let distance = (place - centres[kernel]) * inverseWidths[kernel]
        sums[kernel] += -0.5 * distance * distance - logScales[kernel]
      }
      return
    }
    let left = isLog ? Foundation.log(position - step / 2) : position - step / 2
    let right = isLog ? Foundation.log(position + step / 2) : position + step / 2
    for kernel in centres.indices {
      let mass = NormalDistribution.logMass(
        (left - centres[kernel]) / widths[kernel], (right - centres[kernel]) / widths[kernel])
      sums[kernel] += mass - logScales[kernel]
    }
  }
}
