import Boosting
import Compute
public import Evaluation
import Features

/// What a model owes to its features, and how it answers them, on rows that it was not trained on.
public struct ModelExplanation: Sendable {
  /// How much a model uses a feature, by three counts.
  public struct Importance: Sendable, Hashable, Codable {
    /// The feature.
    public let feature: String
    /// Sum of the gains of its splits in training.
    public let gain: Double
    /// Number of its splits.
    public let splits: Int
    /// Mean fall of the score when it is shuffled; 0 for one that no tree splits.
    public let permutation: Double
    /// Standard deviation of that fall over the shufflings.
    public let permutationDeviation: Double
    /// Mean |contribution| to the raw score.
    public let contribution: Double
  }

  /// A group of features that say the same, and what the model owes to all of it.
  public struct Cluster: Sendable, Hashable, Codable {
    /// The features.
    public let features: [String]
    /// Mean fall of the score when they are shuffled together.
    public let permutation: Double
    /// Standard deviation of that fall over the shufflings.
    public let permutationDeviation: Double
  }

  /// The score that falls: `auc`, `−log_loss` or `r2`.
  public let scoreName: String
  /// That score on the explained rows.
  public let score: Double
  /// Names of the features, in the order of the columns.
  public let features: [String]
  /// Explained rows.
  public let rows: Int
  /// What is explained: the class whose raw score is parted, or the return.
  public let output: String
  /// Features, the largest gain first.
  public let importances: [Importance]
  /// Groups of features that the model uses, the largest fall first.
  public let clusters: [Cluster]
  /// Contributions to the raw score.
  public let contributions: ContributionSummary
  /// Contribution against value for the features that contribute most.
  public let dependence: [DependencePlot]
  /// The mean prediction over values of the same features.
  public let partial: [PartialDependence]
}

/// Explains a model on rows of features.
struct Explainer {
  let model: BoostingModel
  let target: TargetConfiguration
  let options: EvaluationOptions
  let threads: Int

  /// - Parameters:
  ///   - columns: The features of the explained rows, in time order.
  ///   - labels: Classes or returns of those rows.
  func explain(_ columns: [[Double]], labels: [Double]) throws -> ModelExplanation {
    let names = model.featureNames
    let splits = model.importance(.split)
    let gains = model.importance(.gain)
    let used = names.indices.filter { splits[$0] > 0 }
    guard !used.isEmpty else {
      throw EvaluationError(.shapeMismatch, "it uses no feature, and foretells the same of every row")
    }
    let score = scorer(labels)
    // A stretch of neighbours moves as one, so that a column keeps its course.
    let block = min(columns[0].count, 20)
    let single = try PermutationImportance(
      columns: columns, groups: used.map { [$0] }, repeats: options.repeats, blockLength: block, seed: options.seed,
      threads: threads, score: score)
    let groups = try FeatureClustering(columns: used.map { columns[$0] }, threads: threads)
      .clusters(within: options.clusterDistance).map { $0.map { used[$0] } }
    let grouped = try PermutationImportance(
      columns: columns, groups: groups, repeats: options.repeats, blockLength: block, seed: options.seed,
      threads: threads, score: score)
    let shares = try contributions(columns)
    let summary = try ContributionSummary(values: columns, contributions: shares, sample: 400, seed: options.seed)
    let top = summary.features.prefix(options.features).filter { feature in
      feature.meanAbsolute > 0 && columns[feature.column].contains { $0.isFinite }
    }.map(\.column)
    let absolute = Dictionary(summary.features.map { ($0.column, $0.meanAbsolute) }) { $1 }
    let place = Dictionary(used.enumerated().map { ($1, $0) }) { $1 }
    let importances = names.indices.map { column in
      ModelExplanation.Importance(
        feature: names[column], gain: gains[column], splits: Int(splits[column]),
        permutation: place[column].map { single.means[$0] } ?? 0,
        permutationDeviation: place[column].map { single.deviations[$0] } ?? 0, contribution: absolute[column] ?? 0)
    }
    return ModelExplanation(
      scoreName: scoreName, score: single.baseline, features: names, rows: columns[0].count, output: output,
      importances: importances.sorted { ($1.gain, $0.feature) < ($0.gain, $1.feature) },
      clusters: grouped.order.map { group in
        ModelExplanation.Cluster(
          features: groups[group].map { names[$0] }, permutation: grouped.means[group],
          permutationDeviation: grouped.deviations[group])
      }, contributions: summary,
      dependence: try top.map { try DependencePlot($0, values: columns, contributions: shares, sample: 400) },
      partial: try top.map { try partialDependence($0, columns) })
  }

  private var scoreName: String {
    switch target.classCount {
    case nil: "r2"
    case 2: "auc"
    default: "−log_loss"
    }
  }

  /// The class whose score is explained, the highest: up, or strong up.
  private var output: String {
    switch target.classCount {
    case nil: "predicted return"
    case 2: "log-odds of up"
    case let classes?: "raw score of class \(classes - 1)"
    }
  }

  private func scorer(_ labels: [Double]) -> @Sendable ([[Double]]) throws -> Double {
    let (model, classes) = (model, target.classCount)
    return { columns in
      let predictions = try model.predictions(columns, threads: 1)
      switch classes {
      case nil: return try RegressionScores(labels: labels, predictions: predictions).r2
      case 2: return areaUnderCurve(scores: predictions, labels: labels)
      case let classes?:
        return -(try logLoss(labels: labels.map { Int($0) }, probabilities: predictions, classes: classes))
      }
    }
  }

  /// One array a feature of contributions to the raw score of the explained class.
  private func contributions(_ columns: [[Double]]) throws -> [[Double]] {
    let rows = columns[0].count
    let values = try model.contributions(NumericTable(columns: columns), threads: threads)
    let (scores, width) = (model.scoresPerRow, columns.count + 1)
    return columns.indices.map { column in
      (0..<rows).map { values[($0 * scores + scores - 1) * width + column] }
    }
  }

  private func partialDependence(_ column: Int, _ columns: [[Double]]) throws -> PartialDependence {
    // Half as many rows as the other pictures: the mean of a thousand rows moves little.
    let step = max(1, columns[0].count / 1000)
    let fewer = columns.map { values in stride(from: 0, to: values.count, by: step).map { values[$0] } }
    let (model, rows) = (model, fewer[0].count)
    return try PartialDependence(
      columns: fewer, column: column, resolution: 20, keepsIndividual: true, threads: threads
    ) { columns in Array(try model.predictions(columns, threads: 1).suffix(rows)) }
  }
}
