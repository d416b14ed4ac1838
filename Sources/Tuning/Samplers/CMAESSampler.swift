import Compute
import Foundation

/// CMA-ES: a normal distribution that moves to where results are good and takes the shape of the function.
///
/// For one objective over numbers; choices, and parameters that not all trials have, are drawn at random. It keeps no state: the
/// distribution is what the complete trials make of it, each generation in the order of their numbers.
public struct CMAESSampler: Sampler, Hashable {
  /// The first standard deviation, in shares of the range; above 0.
  public let sigma: Double
  /// Points of a generation; nil is the usual number, 4 + 3 ln of the parameters.
  public let population: Int?
  /// Whether a spent distribution starts again elsewhere, with twice the points.
  public let restarts: Bool

  /// Makes a sampler.
  ///
  /// - Throws: ``TuningError`` with code `invalidOption` for a sigma that is not positive or fewer than 4 points.
  public init(sigma: Double = 1.0 / 6, population: Int? = nil, restarts: Bool = true) throws(TuningError) {
    guard sigma > 0, sigma.isFinite, population ?? 4 >= 4 else {
      throw TuningError(.invalidOption, "sigma \(sigma), population \(population ?? 4); above 0, and at least 4")
    }
    self.sigma = sigma
    self.population = population
    self.restarts = restarts
  }

  /// Draws the numbers from the distribution, and choices at random.
  public func joint(_ space: SearchSpace, in view: StudyView, attempt: Int) -> [String: Double]? {
    let numbers = SearchSpace(space.parameters.filter { $0.distribution.choices == nil && !$0.distribution.isSingle })
    var drawn: [String: Double] = [:]
    if !numbers.parameters.isEmpty, view.directions.count == 1 {
      let evolution = evolution(numbers, view)
      var random = view.random(purpose("cma", attempt: attempt))
      var point = evolution.sample(&random)
      // Points outside are drawn again; after that the nearest inside is taken.
      for _ in 0..<100 where !point.allSatisfy({ (0...1).contains($0) }) { point = evolution.sample(&random) }
      let encoding = JointEncoding(numbers)
      drawn = encoding.named(encoding.decode(point))
    }
    let rest = SearchSpace(space.parameters.filter { drawn[$0.name] == nil })
    for (name, position) in RandomSampler().joint(rest, in: view, attempt: attempt) ?? [:] { drawn[name] = position }
    return drawn
  }

  /// Draws one parameter at random.
  public func independent(_ name: String, _ distribution: Distribution, in view: StudyView) -> Double {
    RandomSampler().independent(name, distribution, in: view)
  }

  private func evolution(_ space: SearchSpace, _ view: StudyView) -> CMAEvolution {
    let encoding = JointEncoding(space)
    let names = Set(space.parameters.map(\.name))
    let dimensions = space.parameters.count
    var size = population ?? CMAEvolution.population(dimensions)
    var evolution = CMAEvolution(mean: [Double](repeating: 0.5, count: dimensions), sigma: sigma, population: size)
    var generation: [(loss: Double, point: [Double])] = []
    var starts: UInt64 = 0
    for trial in view.complete where names.isSubset(of: trial.joint.map(\.name)) {
      let positions = space.parameters.compactMap { trial.position($0.name) }
      guard let value = trial.value, positions.count == dimensions else { continue }
      let loss = trial.isFeasible ? view.directions[0].loss(value) : .infinity
      generation.append((loss, encoding.encode(positions)))
      guard generation.count == size else { continue }
      evolution.update(generation.sorted { $0.loss < $1.loss }.map(\.point))
      generation = []
      if evolution.isSpent, restarts {
        starts += 1
        size *= 2
        var random = RandomStream(seed: view.seed, path: 0xC3A, starts)
        evolution = CMAEvolution(mean: (0..<dimensions).map { _ in random.uniform() }, sigma: sigma, population: size)
      }
    }
    return evolution
  }
}
