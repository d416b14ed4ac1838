import Compute

/// Trains gradient-boosted trees.
///
/// ```swift
/// let data = try TrainingData(columns: columns, labels: labels)
/// var options = BoostingOptions.lightGBM
/// options.objective = .binary
/// let model = try Booster(options).train(data)
/// ```
/// Equal data, options and seed give a model of the same bytes, whatever the number of threads.
public struct Booster: Sendable {
  /// How models are trained.
  public let options: BoostingOptions

  /// Where training stands after a round, as callbacks see it.
  public struct Progress: Sendable {
    /// Rounds done, from 1.
    public let iteration: Int
    /// The first metric on the validation data, if there is any.
    public var score: Double? { scores.first }
    /// All metrics on the validation data, in the options' order, then those of your own.
    public let scores: [Double]
  }

  /// A loss that takes the place of the options'.
  let customObjective: CustomObjective?
  /// Metrics after those of the options.
  let customMetrics: [CustomMetric]

  /// Makes a booster.
  ///
  /// - Parameters:
  ///   - options: How models are trained.
  ///   - objective: A loss of your own; the options' objective must then be ``BoostingOptions/Objective/custom``.
  ///   - metrics: Measures of your own, computed after those of the options.
  /// - Throws: ``BoostingError`` with code `invalidOption` naming the option that is not allowed.
  public init(
    _ options: BoostingOptions, objective: CustomObjective? = nil, metrics: [CustomMetric] = []
  ) throws(BoostingError) {
    try options.validate()
    guard (objective != nil) == (options.objective == .custom) else {
      throw BoostingError(
        .invalidOption,
        "objective is \(options.objective.rawValue); an objective of your own and the name custom go together")
    }
    for metric in options.metrics where !metric.fits(options.objective) {
      throw BoostingError(
        .invalidOption, "metric \(metric.rawValue) is not defined for objective \(options.objective.rawValue)")
    }
    if options.objective == .custom, options.numClass > 1 {
      guard options.metrics.isEmpty, options.earlyStoppingRounds == 0 || !metrics.isEmpty else {
        throw BoostingError(
          .invalidOption,
          "numClass is \(options.numClass) for an objective of your own; its scores are measured by metrics of your own only, "
            + "and early stopping needs one")
      }
    }
    self.options = options
    customObjective = objective
    customMetrics = metrics
  }

  /// Trains a model.
  ///
  /// - Parameters:
  ///   - data: Training rows.
  ///   - validation: Rows that are only scored: for early stopping and the history; must have the same features.
  ///   - onRound: Called after every round; returning false ends training.
  /// - Returns: The model; with early stopping cut to its best round.
  /// - Throws: ``BoostingError``: `invalidLabel` if labels do not fit the objective or training diverges, `shapeMismatch`
  ///   if the validation data has other features, `invalidOption` for early stopping without validation data.
  /// - Complexity: O(rows · features) time a tree and level; two bytes a value of memory beside the data.
  public func train(
    _ data: TrainingData, validation: TrainingData? = nil, onRound: ((Progress) -> Bool)? = nil
  ) throws(BoostingError) -> BoostingModel {
    try check(data.labels, validation?.labels)
    let dataset = try BinnedDataset(data, options)
    let scored = try validation.map { data throws(BoostingError) in
      try BinnedDataset(data, binnedAs: dataset, threads: options.numThreads)
    }
    return try train(dataset, validation: scored, onRound: onRound)
  }

  /// Trains a model on data that is in bins already.
  ///
  /// - Throws: As the method above, and `invalidOption` if the bins follow the rules of the other growth.
  public func train(
    _ data: BinnedDataset, validation: BinnedDataset? = nil, onRound: ((Progress) -> Bool)? = nil
  ) throws(BoostingError) -> BoostingModel {
    try run(data, validation).train(onRound)
  }

  /// A training that has not begun.
  ///
  /// - Throws: What of data or options does not fit.
  func run(_ data: BinnedDataset, _ validation: BinnedDataset?) throws(BoostingError) -> BoostingRun {
    try check(data.labels, validation?.labels)
    try check(data)
    try options.validate(features: data.featureCount)
    if let validation {
      try check(validation)
      guard (validation.initScores == nil) == (data.initScores == nil) else {
        throw BoostingError(.shapeMismatch, "either both or none of training and validation data have initScores")
      }
    }
    guard !options.linearTree || (data.table != nil && (validation == nil || validation?.table != nil)) else {
      throw BoostingError(
        .invalidOption, "linearTree needs the values themselves: a dataset binned from a table with linearTree on")
    }
    try check(mappers: data.matrix.mappers)
    guard data.growth == options.growth else {
      throw BoostingError(
        .invalidOption, "growth is \(options.growth.rawValue), but the dataset was binned for \(data.growth.rawValue)")
    }
    if let validation, validation.matrix.mappers != data.matrix.mappers {
      throw BoostingError(.shapeMismatch, "the validation data is not in the bins of the training data")
    }
    return BoostingRun(self, data, validation)
  }

  /// Goes on training a model: new rounds follow its own and learn what they leave.
  ///
  /// - Parameters:
  ///   - model: Any model of the same features and objective, loaded ones included; not a random forest.
  /// - Returns: The model with both its old and its new rounds.
  /// - Throws: As ``train(_:validation:onRound:)-(TrainingData,_,_)``; `invalidOption` for another objective or a random
  ///   forest.
  public func train(
    _ data: TrainingData, continuing model: BoostingModel, validation: TrainingData? = nil,
    onRound: ((Progress) -> Bool)? = nil
  ) throws(BoostingError) -> BoostingModel {
    try check(model)
    var (data, validation) = (data, validation)
    data.initScores = try model.rawScores(data.table, threads: options.numThreads)
    if let table = validation?.table {
      validation?.initScores = try model.rawScores(table, threads: options.numThreads)
    }
    let grown = try train(data, validation: validation, onRound: onRound)
    return try model.merged(with: grown, history: true)
  }

  /// Throws if training cannot go on from a model.
  package func check(_ model: BoostingModel) throws(BoostingError) {
    guard model.objective == options.objective, model.scoresPerRow == options.scoresPerRow else {
      throw BoostingError(
        .invalidOption, "objective is \(options.objective.rawValue); the model's is \(model.objective.rawValue)")
    }
    guard !model.averagesTrees, options.boosting == .gbdt else {
      throw BoostingError(.invalidOption, "boosting is \(options.boosting.rawValue); only gbdt goes on from a model")
    }
  }

  private func check(_ data: BinnedDataset) throws(BoostingError) {
    guard let scores = data.initScores else { return }
    guard scores.count == data.rowCount * options.scoresPerRow, scores.allSatisfy(\.isFinite) else {
      throw BoostingError(
        .shapeMismatch,
        "\(scores.count) initScores were given for \(data.rowCount) rows; \(options.scoresPerRow) finite ones a row are "
          + "needed")
    }
  }

  /// Throws where bins were made with other options than those of training.
  private func check(mappers: [BinMapper]) throws(BoostingError) {
    for (feature, mapper) in mappers.enumerated() {
      guard !mapper.isCategorical || options.monotoneConstraints.isEmpty || options.monotoneConstraints[feature] == 0
      else {
        throw BoostingError(
          .invalidOption, "feature \(feature) is categorical, which has no order for monotoneConstraints")
      }
      guard !options.linearTree || mapper.missing != .zero else {
        throw BoostingError(
          .invalidOption, "linearTree is on, but the dataset was binned with zeroAsMissing; it must be off for both")
      }
      guard !mapper.isCategorical || options.growth != .symmetric else {
        throw BoostingError(.invalidOption, "feature \(feature) is categorical, which symmetric trees cannot split")
      }
    }
  }

  private func check(_ labels: [Double], _ validation: [Double]?) throws(BoostingError) {
    try options.loss.check(labels)
    if let validation { try options.loss.check(validation) }
    if validation == nil, options.earlyStoppingRounds > 0 {
      throw BoostingError(
        .invalidOption,
        "earlyStoppingRounds is \(options.earlyStoppingRounds), but there is no validation data to stop by")
    }
  }
}
