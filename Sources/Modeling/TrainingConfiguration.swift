public import Boosting
public import Evaluation
public import Features
public import TickData

/// What ``ModelTrainer`` trains, and how it validates.
public struct TrainingConfiguration: Sendable {
  /// How models are scored.
  public enum Validation: Sendable, Hashable {
    /// The last share of each symbol's rows; the bundle holds the model that was scored.
    case holdout(HoldoutSplit)
    /// Folds in the order of time; the bundle holds a model of all rows.
    case walkForward(WalkForwardSplit)
  }

  /// Features.
  public var recipe: FeatureRecipe
  /// Targets, each trained for every kind.
  public var targets = TargetConfiguration.standard
  /// Kinds of models.
  public var kinds = ModelKind.allCases
  /// How models are scored.
  public var validation: Validation
  /// Options of a kind; nil for its defaults.
  ///
  /// The objective is set by the target.
  public var options: [ModelKind: BoostingOptions] = [:]
  /// How options are searched before models are trained; nil for not at all.
  public var tuning: TuningConfiguration?
  /// How the ticks were cleaned, kept in the bundles so that what is predicted is cleaned alike; nil for not at all.
  public var cleaning: CleaningOptions?
  /// Threads; 0 for all processors.
  public var threads = 0

  /// Makes a configuration with a holdout of the last fifth of each symbol.
  public init(recipe: FeatureRecipe) throws(EvaluationError) {
    self.recipe = recipe
    validation = .holdout(try HoldoutSplit())
  }

  /// The options for a kind and target.
  func boostingOptions(_ kind: ModelKind, _ target: TargetConfiguration) -> BoostingOptions {
    var options = options[kind] ?? kind.defaultOptions
    switch target.classCount {
    case nil: options.objective = .regression
    case 2: options.objective = .binary
    case let classes?:
      options.objective = .multiclass
      options.numClass = classes
    }
    options.numThreads = threads
    return options
  }
}
