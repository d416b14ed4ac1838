public import Boosting
public import Evaluation
public import Tuning

/// How ``ModelTrainer`` searches the options of a model: a study for each target and kind, on training rows alone.
///
/// The rows that models are scored on are never seen by the search: with a holdout it works on the rows before it, with walk-forward folds on the training rows
/// of the first fold.
public struct TuningConfiguration: Sendable {
  /// How trials are scored.
  public enum Folds: Sendable, Hashable {
    /// Folds in the order of time.
    case walkForward(WalkForwardSplit)
    /// Folds that are trained on what lies before and after, purged and embargoed.
    case purged(PurgedKFold)
  }

  /// What is searched, and in which order.
  public enum Method: Sendable {
    /// One study; the space of a kind is nil for ``SearchSpace/lightGBM`` or ``SearchSpace/xgboost``.
    case study(spaces: [ModelKind: SearchSpace])
    /// LightGBM's options step by step, 68 trials; for that kind only.
    case stepwise
  }

  /// What is searched.
  public var method = Method.study(spaces: [:])
  /// Most trials of a study.
  public var trials = 50
  /// Seconds after which a study starts no more trials; nil for no limit.
  public var timeout: Double?
  /// How trials are scored.
  public var folds: Folds
  /// The score; nil for the AUC of two classes, else the objective's own.
  public var metric: ValidationMetric?
  /// Rounds without a better mean score after which a trial ends; 0 for never.
  public var earlyStoppingRounds = 20
  /// Where values come from; nil for TPE.
  public var sampler: (any Sampler)?
  /// What ends trials early; nil for the median rule.
  public var pruner: (any Pruner)?
  /// Trials that run at once, sharing the threads.
  public var parallel = 1
  /// The seed of all random numbers.
  public var seed: UInt64 = 0
  /// A folder for the studies' journals, by which a search that was stopped goes on; nil for none.
  public var journals: String?

  /// Makes a configuration that scores trials by three purged folds.
  public init() throws(EvaluationError) { folds = .purged(try PurgedKFold(folds: 3)) }

  /// Cuts the rows of a search.
  func split(_ rows: LabelledRows) throws(EvaluationError) -> [Fold] {
    switch folds {
    case .walkForward(let split): try split.split(rows)
    case .purged(let split): try split.split(rows)
    }
  }

  /// The metric for an objective.
  func metric(for objective: BoostingOptions.Objective) -> ValidationMetric {
    metric ?? (objective == .binary ? .auc : .standard(for: objective))
  }

  /// What is searched of a kind.
  func space(_ kind: ModelKind) -> SearchSpace {
    if case .study(let spaces) = method, let space = spaces[kind] { return space }
    return kind == .lightgbm ? .lightGBM : .xgboost
  }
}
