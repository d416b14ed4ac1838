public import Boosting
import Foundation
import Synchronization

/// LightGBM's options one or two at a time, each step from the best so far: 68 trials in the order of Optuna's `LightGBMTuner`.
///
/// 1. `feature_fraction`, 7 points in 0.4...1
/// 2. `num_leaves`, 20 trials of TPE in 2...256, or 2 to the power of a `maxDepth` that was given
/// 3. `bagging_fraction` in 0.4...1 and `bagging_freq` in 1...7, 10 trials of TPE
/// 4. `feature_fraction` again, 6 points within 0.08 of the best
/// 5. `lambda_l1` and `lambda_l2` in 1e-8...10, 20 trials of TPE
/// 6. `min_child_samples`, 5, 10, 25, 50 and 100
public struct StepwiseTuner: Sendable {
  /// One step: a study of its own.
  public struct Step: Sendable {
    /// What is searched, such as `num_leaves`.
    public let name: String
    /// Trials it may have.
    public let trials: Int
    let space: SearchSpace
    let sampler: any Sampler
  }

  /// What a stepwise search found.
  public struct Outcome: Sendable {
    /// All trials in the order of the steps, numbered through.
    public internal(set) var trials: [TrialRecord] = []
    /// The best trial; nil without a complete one.
    public internal(set) var best: TrialRecord?
    /// The options of the best trial, with as many rounds as were best for it.
    public internal(set) var options: BoostingOptions
  }

  private let tuner: BoostingTuner
  private let returns: BoostingTuner.Returns?

  /// Makes a tuner; the options must be leaf-wise.
  ///
  /// - Throws: ``TuningError`` with code `invalidOption` for another growth; `BoostingError` with code `invalidOption`.
  public init(_ options: BoostingOptions, folds: FoldedDataset, returns: BoostingTuner.Returns? = nil) throws {
    guard options.growth == .leafwise else {
      throw TuningError(
        .invalidOption, "growth is \(options.growth.rawValue); the stepwise tuner is for leafwise trees")
    }
    tuner = try BoostingTuner(options, space: SearchSpace(), folds: folds, returns: returns)
    self.returns = returns
  }

  /// The metric that is the score.
  public var metric: ValidationMetric { tuner.metric }
  /// Which scores are better.
  public var direction: Direction { tuner.direction }
  /// Trials of all steps.
  public static let trialCount = 68

  /// Runs all steps.
  ///
  /// - Parameters:
  ///   - seed: The seed of all random numbers.
  ///   - timeout: Seconds after which no trial is started; nil is no limit.
  ///   - parallel: Trials that run at once.
  ///   - pruner: What ends trials early; the median rule without one, within each step.
  ///   - failures: What to do when training a trial throws.
  ///   - name: The name of the studies, to which each step adds its own.
  ///   - journal: A path to which each step adds its name, for the files that keep the studies; nil for none.
  ///   - progress: Called after each trial, numbered through.
  /// - Throws: What training throws; ``TuningError``.
  public func optimize(
    seed: UInt64 = 0, timeout: Double? = nil, parallel: Int = 1, pruner: (any Pruner)? = nil,
    failures: FailurePolicy = .stop, name: String = "stepwise", journal: String? = nil,
    progress: (@Sendable (TrialRecord) -> StudyAction)? = nil,
    onRound: (@Sendable (_ trial: Int, _ round: Int, _ score: Double) -> Void)? = nil
  ) throws -> Outcome {
    let deadline = timeout.map { Date(timeIntervalSinceNow: $0) }
    var outcome = Outcome(options: tuner.options)
    var held: [String: ParameterValue] = [:]
    let isStopped = Mutex(false)
    for number in 0..<6 where !isStopped.withLock({ $0 }) {
      let step = try makeStep(number, held, tuner.options)
      let left = deadline.map { max(0, $0.timeIntervalSinceNow) }
      if left == 0 { break }
      var options = tuner.options
      try options.set(held)
      let own = try BoostingTuner(options, space: step.space, folds: tuner.data, returns: returns)
      let study = try Study(
        direction: own.direction, sampler: step.sampler, pruner: pruner, space: step.space,
        seed: seed &+ UInt64(number),
        name: "\(name)-\(step.name)", journal: journal.map { "\($0).\(number + 1)-\(step.name)" })
      let (before, fixed) = (outcome.trials.count, held)
      let told: @Sendable (TrialRecord) -> StudyAction = { trial in
        let action = progress?(trial.continued(before, holding: fixed)) ?? .proceed
        if action == .stop { isStopped.withLock { $0 = true } }
        return action
      }
      try own.optimize(
        study, total: step.trials, timeout: left, parallel: parallel, failures: failures,
        progress: told
      ) { trial, round, score in onRound?(before + trial, round, score) }
      outcome.trials += study.trials.map { $0.continued(before, holding: fixed) }
      guard let best = study.best, let value = best.value else { continue }
      if let known = outcome.best?.value, direction.loss(known) <= direction.loss(value) { continue }
      outcome.best = best.continued(before, holding: fixed)
      held.merge(best.parameterValues) { $1 }
      outcome.options = try own.options(of: best)
    }
    return outcome
  }

  private func makeStep(_ number: Int, _ held: [String: ParameterValue], _ options: BoostingOptions) throws -> Step {
    var space = SearchSpace()
    switch number {
    case 0:
      try space.add("feature_fraction", .real(0.4...1, step: 0.1))
      return Step(name: "feature_fraction", trials: 7, space: space, sampler: try GridSampler(space))
    case 1:
      let most = options.maxDepth > 0 ? min(256, 1 << min(options.maxDepth, 8)) : 256
      try space.add("num_leaves", .whole(2...max(2, most)))
      return Step(name: "num_leaves", trials: 20, space: space, sampler: try TPESampler())
    case 2:
      try space.add("bagging_fraction", .real(0.4...1))
      try space.add("bagging_freq", .whole(1...7))
      return Step(name: "bagging", trials: 10, space: space, sampler: try TPESampler())
    case 3:
      var centre = options.featureFraction
      if case .real(let fraction) = held["feature_fraction"] { centre = fraction }
      let points = (0..<6).map { centre - 0.08 + 0.032 * Double($0) }.filter { 0.4...1 ~= $0 }
      try space.add("feature_fraction", .choice(points))
      return Step(
        name: "feature_fraction_stage2", trials: points.count, space: space, sampler: try GridSampler(space))
    case 4:
      try space.add("lambda_l1", .real(1e-8...10, log: true))
      try space.add("lambda_l2", .real(1e-8...10, log: true))
      return Step(name: "regularization_factors", trials: 20, space: space, sampler: try TPESampler())
    default:
      try space.add("min_child_samples", .choice([5, 10, 25, 50, 100]))
      return Step(name: "min_child_samples", trials: 5, space: space, sampler: try GridSampler(space))
    }
  }
}

extension TrialRecord {
  /// The trial with the numbers of those before it added, and the values that were held in its step.
  fileprivate func continued(_ before: Int, holding held: [String: ParameterValue]) -> TrialRecord {
    var record = renumbered(number + before)
    for name in held.keys.sorted() where parameter(name) == nil {
      guard let value = held[name] else { continue }
      record.parameters.append(
        TrialParameter(name: name, distribution: .choice([value]), position: 0))
    }
    return record
  }
}
