import Compute
import Foundation

/// The distribution that CMA-ES moves, with its paths; a generation of results is one step.
///
/// Source: Hansen, "The CMA evolution strategy: a tutorial" (arXiv 1604.00772, 2016), with negative weights for bad points.
struct CMAEvolution {
  /// Points of a generation.
  let population: Int
  private let weights: [Double]
  private let parents: Int
  private let effective: Double
  private let rankOne: Double
  private let rankMany: Double
  private let cumulation: Double
  private let sigmaCumulation: Double
  private let damping: Double
  private let expectedNorm: Double

  private(set) var mean: [Double]
  private(set) var sigma: Double
  private var covariance: SquareMatrix
  private var path: [Double]
  private var sigmaPath: [Double]
  private var generation = 0
  /// Roots of the eigenvalues, and the eigenvectors.
  private var axes: [Double]
  private var basis: SquareMatrix

  init(mean: [Double], sigma: Double, population: Int) {
    let n = Double(mean.count)
    self.population = population
    self.mean = mean
    self.sigma = sigma
    let raw = (1...population).map { Foundation.log(Double(population + 1) / 2) - Foundation.log(Double($0)) }
    parents = population / 2
    let good = raw.prefix(parents)
    let bad = raw.dropFirst(parents)
    effective = pow(good.reduce(0, +), 2) / good.reduce(0) { $0 + $1 * $1 }
    let badEffective = pow(bad.reduce(0, +), 2) / bad.reduce(0) { $0 + $1 * $1 }
    rankOne = 2 / (pow(n + 1.3, 2) + effective)
    rankMany = min(1 - rankOne, 2 * (effective - 2 + 1 / effective) / (pow(n + 2, 2) + effective))
    let limit = min(
      1 + rankOne / rankMany, 1 + 2 * badEffective / (effective + 2), (1 - rankOne - rankMany) / (n * rankMany))
    let goodSum = raw.reduce(0) { $0 + max($1, 0) }
    let badSum = raw.reduce(0) { $0 - min($1, 0) }
    weights = raw.map { $0 >= 0 ? $0 / goodSum : $0 * limit / badSum }
    cumulation = (4 + effective / n) / (n + 4 + 2 * effective / n)
    sigmaCumulation = (effective + 2) / (n + effective + 5)
    damping = 1 + 2 * max(0, ((effective - 1) / (n + 1)).squareRoot() - 1) + sigmaCumulation
    expectedNorm = n.squareRoot() * (1 - 1 / (4 * n) + 1 / (21 * n * n))
    covariance = .identity(mean.count)
    basis = .identity(mean.count)
    axes = [Double](repeating: 1, count: mean.count)
    path = [Double](repeating: 0, count: mean.count)
    sigmaPath = path
  }

  /// The usual number of points of a generation.
  static func population(_ dimensions: Int) -> Int { 4 + Int(3 * Foundation.log(Double(dimensions))) }

  /// Draws a point.
  func sample(_ random: inout RandomStream) -> [Double] {
    let scaled = axes.map { $0 * random.normal() }
    let step = multiply(scaled)
    return zip(mean, step).map { $0 + sigma * $1 }
  }

  /// Whether the distribution is too narrow, or too oblong, to go on.
  var isSpent: Bool {
    let longest = axes.max() ?? 0
    let shortest = axes.min() ?? 0
    return sigma * longest < 1e-9 || longest > 1e7 * shortest || !sigma.isFinite
  }

  /// Moves the distribution by a generation, the best point first.
  mutating func update(_ points: [[Double]]) {
    let n = mean.count
    let steps = points.map { zip($0, mean).map { ($0 - $1) / sigma } }
    var mover = [Double](repeating: 0, count: n)
    for (weight, step) in zip(weights.prefix(parents), steps) { for k in 0..<n { mover[k] += weight * step[k] } }
    for k in 0..<n { mean[k] += sigma * mover[k] }
    let whitened = whiten(mover)
    let pull = (sigmaCumulation * (2 - sigmaCumulation) * effective).squareRoot()
    for k in 0..<n { sigmaPath[k] = (1 - sigmaCumulation) * sigmaPath[k] + pull * whitened[k] }
    let norm = length(sigmaPath)
    sigma *= exp(min(1, sigmaCumulation / damping * (norm / expectedNorm - 1)))
    generation += 1
    let expected = (1 - pow(1 - sigmaCumulation, 2 * Double(generation))).squareRoot()
    let isSteady = norm / expected < (1.4 + 2 / (Double(n) + 1)) * expectedNorm
    let gain = isSteady ? (cumulation * (2 - cumulation) * effective).squareRoot() : 0
    for k in 0..<n { path[k] = (1 - cumulation) * path[k] + gain * mover[k] }
    updateCovariance(steps, isSteady)
    let (values, vectors) = covariance.eigen()
    axes = values.map { max($0, 1e-20).squareRoot() }
    basis = vectors
  }

  private mutating func updateCovariance(_ steps: [[Double]], _ isSteady: Bool) {
    let n = mean.count
    let missing = isSteady ? 0 : cumulation * (2 - cumulation)
    let keep = 1 + rankOne * missing - rankOne - rankMany * weights.reduce(0, +)
    for i in covariance.elements.indices { covariance.elements[i] *= keep }
    for i in 0..<n { for j in 0..<n { covariance[i, j] += rankOne * path[i] * path[j] } }
    for (weight, step) in zip(weights, steps) {
      let scale = weight >= 0 ? weight : weight * Double(n) / (pow(length(whiten(step)), 2) + 1e-12)
      for i in 0..<n { for j in 0..<n { covariance[i, j] += rankMany * scale * step[i] * step[j] } }
    }
  }

  private func length(_ vector: [Double]) -> Double { vector.reduce(0) { $0 + $1 * $1 }.squareRoot() }

  private func multiply(_ vector: [Double]) -> [Double] {
    mean.indices.map { row in vector.indices.reduce(0) { $0 + basis[row, $1] * vector[$1] } }
  }

  /// The vector in the axes of the distribution, by their lengths, turned back.
  private func whiten(_ vector: [Double]) -> [Double] {
    multiply(
      mean.indices.map { column in
        vector.indices.reduce(0) { $0 + basis[$1, column] * vector[$1] } / axes[column]
      })
  }
}
