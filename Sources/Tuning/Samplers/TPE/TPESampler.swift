import Compute

/// The tree-structured Parzen estimator: draws where good trials are dense and others are not.
///
/// Source: Bergstra et al., "Algorithms for hyper-parameter optimization" (NeurIPS 2011); with several objectives by rank of
/// nondomination and hypervolume (Ozaki et al. 2022). Densities and the choice of good trials are those of Optuna.
public struct TPESampler: Sampler, Hashable {
  /// How it works.
  public let options: TPEOptions

  /// Makes a sampler.
  ///
  /// - Throws: ``TuningError`` with code `invalidOption`.
  public init(_ options: TPEOptions = .optuna5) throws(TuningError) {
    try options.checked()
    self.options = options
  }

  init(checked options: TPEOptions) { self.options = options }

  /// The groups of parameters that come together, or else the space that all trials have.
  public func jointSpaces(in view: StudyView) -> [SearchSpace] {
    options.isGrouped ? SpaceInference.groups(view.finished) : [view.space]
  }

  /// Draws the parameters together, or one by one where they are not to be drawn jointly.
  public func joint(_ space: SearchSpace, in view: StudyView, attempt: Int) -> [String: Double]? {
    let open = SearchSpace(space.parameters.filter { !$0.distribution.isSingle })
    if !isReady(view) { return RandomSampler().joint(open, in: view, attempt: attempt) }
    let split = split(view)
    if options.isGrouped || options.isMultivariate ?? (view.directions.count == 1) {
      let name = "joint:" + open.parameters.map(\.name).joined(separator: ",")
      return draw(open, split, view, purpose(name, attempt: attempt))
    }
    var drawn: [String: Double] = [:]
    for parameter in open.parameters {
      let single = SearchSpace([parameter])
      drawn.merge(draw(single, split, view, purpose(parameter.name, attempt: attempt))) { $1 }
    }
    return drawn
  }

  /// Draws one parameter.
  public func independent(_ name: String, _ distribution: Distribution, in view: StudyView) -> Double {
    guard isReady(view) else { return RandomSampler().independent(name, distribution, in: view) }
    let space = SearchSpace([SearchSpace.Parameter(name: name, distribution: distribution)])
    return draw(space, split(view), view, name)[name] ?? distribution.low
  }

  private func isReady(_ view: StudyView) -> Bool {
    var ended = 0
    for index in view.finished.indices where TrialSplit.counts(view.finished[index].state) {
      ended += 1
      if ended >= options.startupTrials { return true }
    }
    return ended >= options.startupTrials
  }

  private func split(_ view: StudyView) -> TrialSplit {
    let count = view.finished.indices.count { TrialSplit.counts(view.finished[$0].state) }
    let gamma = options.gamma ?? .share(0.1, limit: view.directions.count == 1 ? 25 : .max)
    return TrialSplit(
      finished: view.finished, running: options.constantLiar ? view.running : [], directions: view.directions,
      good: gamma.count(count))
  }

  private func draw(_ space: SearchSpace, _ split: TrialSplit, _ view: StudyView, _ purpose: String) -> [String: Double]
  {
    if space.parameters.isEmpty { return [:] }
    let below = ParzenEstimator(
      split.columns(split.good, space), space, options, isUniform: view.directions.count > 1)
    let above = ParzenEstimator(split.columns(split.rest, space), space, options)
    var random = view.random(purpose)
    let points = below.sample(options.candidates, &random)
    let good = below.logDensity(points)
    let bad = above.logDensity(points)
    var best = 0
    for i in good.indices where good[i] - bad[i] > good[best] - bad[best] { best = i }
    return Dictionary(uniqueKeysWithValues: zip(space.parameters, points).map { ($0.name, $1[best]) })
  }
}
