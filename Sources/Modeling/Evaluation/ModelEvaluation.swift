public import Evaluation
public import Features
public import Tuning

/// A score with its name and interval.
public struct NamedScore: Sendable, Hashable, Codable {
  /// The name: `auc`, `log_loss`, `accuracy`, `mcc`, `brier`, `average_precision`; `auc_ovr`, `top_2_accuracy`; `ic`, `rank_ic`, `r2`, `rmse`, `mae`.
  public let name: String
  /// The score and its block-bootstrap interval.
  public let interval: ScoreInterval
}

/// What a bundle's predictions of rows that it was not trained on are worth, and what they are made of.
public struct ModelEvaluation: Sendable {
  /// The rows and scores of one fold.
  public struct Fold: Sendable, Hashable, Codable {
    /// Training rows; nil for the bundle's own model.
    public let trainRows: Int?
    /// Test rows.
    public let testRows: Int
    /// Earliest time of a test row, ns since 1970 UTC.
    public let firstTime: Int64
    /// Latest time of a test row.
    public let lastTime: Int64
    /// Scores.
    public let scores: [NamedScore]
  }

  /// The predictions of all test rows, and what came.
  public struct Predictions: Sendable, Hashable {
    /// Rows of the feature table, ascending: symbol after symbol, each in time order.
    public let rows: [Int]
    /// What came: classes or returns.
    public let labels: [Double]
    /// `values[class * rows + row]`; one a row for two classes and for returns.
    public let values: [Double]
  }

  /// The bundle's name.
  public let name: String
  /// The hash of the bundle's model.
  public let modelVersion: String
  /// What is predicted.
  public let target: TargetConfiguration
  /// How it was judged.
  public let options: EvaluationOptions
  /// Folds, oldest first.
  public let folds: [Fold]
  /// Scores of all test rows together.
  public let scores: [NamedScore]
  /// The predictions.
  public let predictions: Predictions
  /// Predicted against true classes; nil for returns.
  public let confusion: ConfusionMatrix?
  /// The trade that the predictions would have made.
  public let backtest: BacktestVerdict
  /// What the last fold's model owes to which feature, and how it answers; nil where that cannot be said, with a warning why.
  public let explanation: ModelExplanation?
  /// Features whose distribution moved between the last fold's training and test rows, the farthest first; empty where there are no training rows.
  public let drift: [ColumnDrift]
  /// The state of the ticks.
  public let data: DataQuality
  /// How the bundle's options were searched; nil where they were not.
  public let tuning: TuningSummary?
  /// All options and the origin of the model, as JSON.
  public let configuration: String
  /// What a reader must know before believing the numbers.
  public let warnings: [String]
}

/// How far a feature moved between training and test rows.
public struct ColumnDrift: Sendable, Hashable, Codable {
  /// The feature.
  public let feature: String
  /// How far.
  public let drift: FeatureDrift
}

/// The numbers of an evaluation that other programs read.
public struct EvaluationScores: Sendable, Hashable, Codable {
  /// The bundle's name.
  public let bundle: String
  /// The hash of its model.
  public let modelVersion: String
  /// The target's name.
  public let target: String
  /// Folds, oldest first.
  public let folds: [ModelEvaluation.Fold]
  /// Scores of all test rows together.
  public let scores: [NamedScore]
  /// Results of the backtest, by name.
  public let backtest: [String: Double]
  /// Importances, the largest gain first.
  public let importances: [ModelExplanation.Importance]
  /// Warnings.
  public let warnings: [String]
}

extension ModelEvaluation {
  /// The numbers of the evaluation that other programs read.
  public var scoreSheet: EvaluationScores {
    EvaluationScores(
      bundle: name, modelVersion: modelVersion, target: target.name, folds: folds, scores: scores,
      backtest: backtest.numbers, importances: explanation?.importances ?? [], warnings: warnings)
  }
}
