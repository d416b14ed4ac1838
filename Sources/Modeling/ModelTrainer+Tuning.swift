import Boosting
import Compute
import Evaluation
import Features
import Foundation
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
    /// Whether the trial was found in the journal, done by an earlier run or another process.
    public let isFromJournal: Bool
  }

  /// Searches the options of a model.
  ///
  /// - Returns: The options with the best trial's values, or as they were where no trial was complete; and what was done.
  func tune(
    _ table: FeatureTable, _ rows: TargetRows, _ kind: ModelKind, _ options: BoostingOptions,
    _ tuning: TuningConfiguration, fingerprint: String, _ onTuning: (@Sendable (TuningStep) -> Void)?
  ) throws -> (BoostingOptions, TuningSummary) {
    var options = options
    let given = options.metrics
    let metric = tuning.metric(for: options.objective)
    options.metrics = [metric]
    options.earlyStoppingRounds = tuning.earlyStoppingRounds
    let folds = try tuning.split(rows.searchable())
    let data = try FoldedDataset(
      folds.map { fold in
        let bounds = try rows.target.fittedBounds(fold.train.map { rows.values[$0] })
        return (try self.data(table, rows, fold.train, bounds), try self.data(table, rows, fold.test, bounds))
      }, options)
    if let label = data.folds.first?.train.labels.first, rows.target.classCount != nil,
      data.folds.allSatisfy({ $0.train.labels.allSatisfy { $0 == label } })
    {
      throw ModelingError(
        .noData,
        "all rows of \(rows.target.name) that a search may train on have class \(Int(label)); at least two are needed")
    }
    let returns = try PredictionReturns(
      table, rows.target, configuration.recipe.calendar, folds, data, classes: options.scoresPerRow)
    let name = "\(rows.target.name)_\(kind.rawValue)"
    let journal = try tuning.journals.map { folder in
      do {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      } catch {
        throw ModelingError(.cannotWrite, "the folder '\(folder)' cannot be made: \(error.localizedDescription)")
      }
      return "\(folder)/\(name).jsonl"
    }
    let studyName = "\(name)-\(try purpose(fingerprint, rows.target, options, tuning, kind))"
    let target = rows.target.name
    let trials = if case .stepwise = tuning.method { StepwiseTuner.trialCount } else { tuning.trials }
    let onRound: @Sendable (Int, Int, Double) -> Void = { trial, round, score in
      onTuning?(
        TuningStep(
          target: target, kind: kind, trial: trial, trials: trials, round: (round, score), ended: nil,
          isFromJournal: false))
    }
    let onTrial: @Sendable (TrialRecord) -> StudyAction = { trial in
      onTuning?(
        TuningStep(
          target: target, kind: kind, trial: trial.number, trials: trials, round: nil, ended: trial,
          isFromJournal: false))
      return .proceed
    }
    let ended: [TrialRecord]
    let best: TrialRecord?
    let found: BoostingOptions
    if case .stepwise = tuning.method {
      let outcome = try StepwiseTuner(options, folds: data, returns: returns.callAsFunction).optimize(
        seed: tuning.seed, timeout: tuning.timeout, parallel: tuning.parallel, pruner: tuning.pruner,
        failures: .proceed, name: studyName, journal: journal, progress: onTrial, onRound: onRound)
      (ended, best, found) = (outcome.trials, outcome.best, outcome.options)
    } else {
      let tuner = try BoostingTuner(options, space: tuning.space(kind), folds: data, returns: returns.callAsFunction)
      let study = try Study(
        direction: tuner.direction, sampler: tuning.sampler, pruner: tuning.pruner, space: tuner.space,
        seed: tuning.seed, name: studyName, journal: journal)
      for trial in study.trials where trial.state != .running {
        onTuning?(
          TuningStep(
            target: target, kind: kind, trial: trial.number, trials: trials, round: nil, ended: trial,
            isFromJournal: true))
      }
      try tuner.optimize(
        study, total: tuning.trials, timeout: tuning.timeout, parallel: tuning.parallel,
        failures: .proceed, progress: onTrial, onRound: onRound)
      (ended, best) = (study.trials, study.best)
      found = try best.map { try tuner.options(of: $0) } ?? options
    }
    if best == nil, let failed = ended.first(where: { $0.state == .failed }), ended.allSatisfy({ $0.state == .failed })
    {
      let reason = failed.attributes["error"].map { "\($0)" } ?? "its score is not a number"
      throw TuningError(.invalidTrial, "all \(ended.count) trials of \(name) failed, the first with: \(reason)")
    }
    let summary = TuningSummary(
      ended, best: best, metric: metric.rawValue, isLargerBetter: metric.isLargerBetter, seed: tuning.seed)
    var tuned = found
    (tuned.metrics, tuned.earlyStoppingRounds, tuned.numThreads) = (given, 0, configuration.threads)
    return (tuned, summary)
  }

  /// A hash of all that decides what a trial scores, so that a journal of other data or options is refused instead of gone on with.
  private func purpose(
    _ fingerprint: String, _ target: TargetConfiguration, _ options: BoostingOptions, _ tuning: TuningConfiguration,
    _ kind: ModelKind
  ) throws -> String {
    var options = options
    options.numThreads = 0  // Threads change no score.
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    encoder.nonConformingFloatEncodingStrategy = nonFiniteNumbers.encoding
    var hash = Fingerprint()
    hash.add(fingerprint)
    hash.add("\(configuration.validation) \(tuning.folds)")
    if case .study = tuning.method { hash.add("\(tuning.space(kind))") }
    for part in [try encoder.encode(configuration.recipe), try encoder.encode(target), try encoder.encode(options)] {
      hash.add(String(decoding: part, as: UTF8.self))
    }
    return hash.hex
  }
}
