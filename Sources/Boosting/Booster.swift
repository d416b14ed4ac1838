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
    /// All metrics on the validation data, in the options' order.
    public let scores: [Double]
  }

  /// Makes a booster.
  ///
  /// - Throws: ``BoostingError`` with code `invalidOption` naming the option that is not allowed.
  public init(_ options: BoostingOptions) throws(BoostingError) {
    try options.validate()
    for metric in options.metrics where !metric.fits(options.objective) {
      throw BoostingError(
        .invalidOption, "metric \(metric.rawValue) is not defined for objective \(options.objective.rawValue)")
    }
    self.options = options
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
    try check(data.labels, validation?.labels)
    guard data.growth == options.growth else {
      throw BoostingError(
        .invalidOption, "growth is \(options.growth.rawValue), but the dataset was binned for \(data.growth.rawValue)")
    }
    if let validation, validation.matrix.mappers != data.matrix.mappers {
      throw BoostingError(.shapeMismatch, "the validation data is not in the bins of the training data")
    }
    return try BoostingRun(options, data, validation).train(onRound)
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
