public import Boosting
import Compute
import Foundation

/// The objective of a study of boosting's options: the mean score of a cross-validation, on folds that all trials share in bins.
///
/// Every round reports the mean over the folds, so a pruner ends trials between rounds; early stopping watches it too.
///
/// ```swift
/// let tuner = try BoostingTuner(options, space: .lightGBM, folds: FoldedDataset(folds, options))
/// let study = try Study(direction: tuner.direction, seed: 7)
/// try tuner.optimize(study, trials: 50, timeout: 300)
/// let tuned = try tuner.options(of: study.best!)
/// ```
public struct BoostingTuner: Sendable {
  /// Turns the predictions of a trial, for each fold those of its validation rows, into returns of equal periods.
  ///
  /// They are kept with the trial (attribute `returns`), so that ``TuningSummary`` can say how much of the best trial's success the search explains.
  public typealias Returns = @Sendable (_ predictions: [[Double]]) -> [Double]

  /// The options that are not searched; the first of the metrics that were given is the score, the others are left out.
  public let options: BoostingOptions
  /// The options that are searched, by their names in LightGBM or XGBoost.
  public let space: SearchSpace
  /// The folds.
  public let data: FoldedDataset
  private let returns: Returns?

  /// Makes a tuner.
  ///
  /// - Parameters:
  ///   - options: The options that are not searched, with `numIterations` as the most rounds a trial may have.
  ///   - space: The options that are searched; none that shapes bins, such as `max_bin`, or is the objective or a metric.
  ///   - folds: The folds, binned by `options`.
  ///   - returns: Gives the returns that a trial would have had; nil for none.
  /// - Throws: ``TuningError`` with code `invalidDomain` for an option that shapes bins or changes the score; `BoostingError` with code `invalidOption`
  ///   for a name that is no option or a range whose ends are not allowed.
  public init(
    _ options: BoostingOptions, space: SearchSpace, folds: FoldedDataset, returns: Returns? = nil
  ) throws {
    try options.validate()
    for parameter in space.parameters {
      for end in [parameter.distribution.low, parameter.distribution.high] {
        var tried = options
        try tried.set([parameter.name: parameter.distribution.value(at: end)])
        guard tried.binsAlike(options) else {
          throw TuningError(
            .invalidDomain, "'\(parameter.name)' shapes the bins, which all trials share; set it before they are made")
        }
        guard tried.objective == options.objective, tried.metrics == options.metrics else {
          throw TuningError(
            .invalidDomain, "'\(parameter.name)' changes what trials are scored by, which must be one score for all")
        }
        try tried.validate()
      }
    }
    // Of several metrics none but the score may end a trial, or trials would be compared by different ones.
    var options = options
    options.metrics = [options.metrics.first ?? .standard(for: options.objective)]
    self.options = options
    self.space = space
    data = folds
    self.returns = returns
  }

  /// The metric that is the score.
  public var metric: ValidationMetric { options.metrics[0] }

  /// Which scores are better.
  public var direction: Direction { metric.isLargerBetter ? .maximize : .minimize }

  /// The options of a trial, with as many rounds as were best for it.
  ///
  /// - Throws: `BoostingError` with code `invalidOption` if the trial is of another space.
  public func options(of trial: TrialRecord) throws(BoostingError) -> BoostingOptions {
    var tuned = options
    try tuned.set(trial.parameterValues)
    if case .whole(let rounds) = trial.attributes[Self.roundsKey] { tuned.numIterations = max(1, rounds) }
    tuned.earlyStoppingRounds = 0
    return tuned
  }

  /// Runs trials; as `Study.optimize`, with the threads shared among trials that run at once.
  ///
  /// - Parameters:
  ///   - failures: What to do when training a trial throws, as where its options let it diverge.
  ///   - onRound: Called from the threads of trials after every round, with the trial's number, the round and its mean score.
  /// - Throws: What training throws; ``TuningError``.
  public func optimize(
    _ study: Study, trials: Int? = nil, total: Int? = nil, timeout: Double? = nil, parallel: Int = 1,
    until rule: StopRule? = nil, failures: FailurePolicy = .stop,
    progress: (@Sendable (TrialRecord) -> StudyAction)? = nil,
    onRound: (@Sendable (_ trial: Int, _ round: Int, _ score: Double) -> Void)? = nil
  ) throws {
    guard study.directions == [direction] else {
      throw TuningError(
        .invalidOption,
        "the study has the directions \(study.directions.map(\.rawValue)); \(metric.rawValue) wants \(direction.rawValue)"
      )
    }
    let threads = max(1, options.threadCount / max(1, parallel))
    try study.optimize(
      trials: trials, total: total, timeout: timeout, parallel: parallel, until: rule, failures: failures,
      progress: progress
    ) { trial in
      try score(trial, threads: threads) { onRound?(trial.number, $0, $1) }
    }
  }

  /// The score of a trial, for studies of your own.
  ///
  /// - Throws: ``TrialPruned``; what training throws.
  public func score(_ trial: Trial) throws -> Double { try score(trial, threads: options.threadCount) { _, _ in } }

  private func score(_ trial: Trial, threads: Int, onRound: @escaping (Int, Double) -> Void) throws -> Double {
    var tried = options
    try tried.set(trial.suggest(space))
    tried.numThreads = threads
    // What is thrown inside of a round cannot pass through training.
    var failure: (any Error)?
    let result = try Booster(tried).crossValidate(data) { step in
      let score = step.score ?? .nan
      onRound(step.iteration, score)
      do {
        try trial.report(score, step: step.iteration)
        if trial.shouldPrune { throw TrialPruned() }
        return true
      } catch {
        failure = error
        return false
      }
    }
    if let failure { throw failure }
    trial.set(Self.roundsKey, .whole(result.bestIteration))
    if let returns {
      let predictions = data.folds.indices.map { result.predictions(fold: $0, options: tried) }
      trial.set(Self.returnsKey, .text(returns(predictions).map { "\($0)" }.joined(separator: " ")))
    }
    return result.bestScore
  }

  static let roundsKey = "best_iteration"
  static let returnsKey = "returns"
}

extension TrialRecord {
  /// The rounds that were best for a trial of ``BoostingTuner``; nil for others.
  public var bestIteration: Int? {
    if case .whole(let rounds) = attributes[BoostingTuner.roundsKey] { rounds } else { nil }
  }

  /// The returns of a trial of ``BoostingTuner`` by period; nil without.
  public var returns: [Double]? {
    guard case .text(let text) = attributes[BoostingTuner.returnsKey] else { return nil }
    let numbers = text.split(separator: " ").compactMap { Double($0) }
    return numbers.isEmpty ? nil : numbers
  }
}
