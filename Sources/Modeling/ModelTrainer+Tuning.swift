import Boosting
import Evaluation
import Features
import TickData
public import Tuning

extension ModelTrainer {
  /// What a search is doing, for progress displays.
  public struct TuningStep: Sendable {
    /// The target.
    public let target: String
    /// The kind.
    public let kind: ModelKind
    /// The trial's number, from 0.
    public let trial: Int
    /// Most trials of the search.
    public let trials: Int
    /// The round that was done, from 1, with the mean score over the folds; nil where the trial has ended.
    public let round: (number: Int, score: Double)?
    /// The trial; nil while it runs.
    public let ended: TrialRecord?
  }

  /// Searches the options of a model.
  ///
  /// - Returns: The options with the best trial's values, or as they were where no trial was complete; and what was done.
  func tune(
    _ table: FeatureTable, _ rows: TargetRows, _ kind: ModelKind, _ options: BoostingOptions,
    _ tuning: TuningConfiguration, _ onTuning: (@Sendable (TuningStep) -> Void)?
  ) throws -> (BoostingOptions, TuningSummary) {
    var options = options
    let metric = tuning.metric(for: options.objective)
    options.metrics = [metric]
    options.earlyStoppingRounds = tuning.earlyStoppingRounds
    let folds = try tuning.split(rows.searchable())
    let data = try FoldedDataset(
      folds.map { fold in
        let bounds = try rows.target.fittedBounds(fold.train.map { rows.values[$0] })
        return (try self.data(table, rows, fold.train, bounds), try self.data(table, rows, fold.test, bounds))
      }, options)
    let returns = try PredictionReturns(
      table, rows.target, configuration.recipe.calendar, folds, data, classes: options.scoresPerRow)
    let name = "\(rows.target.name)_\(kind.rawValue)"
    let journal = tuning.journals.map { "\($0)/\(name).jsonl" }
    let target = rows.target.name
    let trials = if case .stepwise = tuning.method { StepwiseTuner.trialCount } else { tuning.trials }
    let onRound: @Sendable (Int, Int, Double) -> Void = { trial, round, score in
      onTuning?(
        TuningStep(target: target, kind: kind, trial: trial, trials: trials, round: (round, score), ended: nil))
    }
    let onTrial: @Sendable (TrialRecord) -> StudyAction = { trial in
      onTuning?(
        TuningStep(target: target, kind: kind, trial: trial.number, trials: trials, round: nil, ended: trial))
      return .proceed
    }
    let ended: [TrialRecord]
    let best: TrialRecord?
    let found: BoostingOptions
    if case .stepwise = tuning.method {
      let outcome = try StepwiseTuner(options, folds: data, returns: returns.callAsFunction).optimize(
        seed: tuning.seed, timeout: tuning.timeout, parallel: tuning.parallel, pruner: tuning.pruner, journal: journal,
        progress: onTrial, onRound: onRound)
      (ended, best, found) = (outcome.trials, outcome.best, outcome.options)
    } else {
      let tuner = try BoostingTuner(options, space: tuning.space(kind), folds: data, returns: returns.callAsFunction)
      let study = try Study(
        direction: tuner.direction, sampler: tuning.sampler, pruner: tuning.pruner, space: tuner.space,
        seed: tuning.seed, name: name, journal: journal)
      try tuner.optimize(
        study, total: tuning.trials, timeout: tuning.timeout, parallel: tuning.parallel, progress: onTrial,
        onRound: onRound)
      (ended, best) = (study.trials, study.best)
      found = try best.map { try tuner.options(of: $0) } ?? options
    }
    let summary = TuningSummary(
      ended, best: best, metric: metric.rawValue, isLargerBetter: metric.isLargerBetter, seed: tuning.seed)
    var tuned = found
    (tuned.metrics, tuned.earlyStoppingRounds, tuned.numThreads) = ([], 0, configuration.threads)
    return (tuned, summary)
  }
}
