/// The folds of a cross-validation in bins: made once, trained on any number of times.
///
/// The bins of a fold come from its training rows alone, so nothing of its validation rows is known before it is scored.
public struct FoldedDataset: Sendable {
  /// One fold.
  public struct Fold: Sendable {
    /// The rows that are trained on.
    public let train: BinnedDataset
    /// The rows that are scored, in the bins of the training rows.
    public let validation: BinnedDataset
  }

  /// The folds.
  public let folds: [Fold]

  /// Bins folds by the options, as ``BinnedDataset/init(_:_:)`` does.
  ///
  /// - Throws: ``BoostingError``: `shapeMismatch` without folds or for a fold whose sides have other features, `invalidOption`.
  public init(
    _ folds: [(train: TrainingData, validation: TrainingData)], _ options: BoostingOptions
  ) throws(BoostingError) {
    guard !folds.isEmpty else { throw BoostingError(.shapeMismatch, "no folds were given; at least one is needed") }
    var made: [Fold] = []
    for fold in folds {
      let train = try BinnedDataset(fold.train, options)
      made.append(
        Fold(
          train: train,
          validation: try BinnedDataset(fold.validation, binnedAs: train, threads: options.numThreads)))
    }
    self.folds = made
  }
}

/// What a cross-validation found.
public struct CrossValidation: Sendable {
  /// The mean of each metric over the folds, by metric and round.
  public internal(set) var means: [[Double]]
  /// The standard deviation (n) of each metric over the folds, by metric and round.
  public internal(set) var deviations: [[Double]]
  /// The round whose mean was best, from 1, by the metric that ended training or else the first; 0 where no fold has found
  /// a split.
  public internal(set) var bestIteration = 0
  /// For each fold the raw scores `[class * rows + row]` of its validation rows after the best round.
  public internal(set) var rawScores: [[Double]] = []

  /// The place of that metric among the options' and, after them, one's own.
  public internal(set) var metricIndex = 0
  /// The mean of that metric at the best round, or of the first for the constants that are left where no fold has found a split.
  public internal(set) var bestScore = Double.nan

  /// The predictions of a fold's validation rows after the best round, in the meaning of ``BoostingModel/predictions(_:threads:)``.
  public func predictions(fold: Int, options: BoostingOptions) -> [Double] {
    var scores = rawScores[fold]
    options.objective.transform(&scores, rows: scores.count / max(1, options.scoresPerRow))
    return scores
  }
}

extension Booster {
  /// Trains a model a fold, all of them round by round side by side, and takes the metrics' means over the folds: LightGBM's `cv`.
  ///
  /// Early stopping watches the means. A fold whose trees ran out keeps its last score, that of its constant before the first.
  ///
  /// - Parameters:
  ///   - data: The folds, binned for the options' growth.
  ///   - onRound: Called after every round with the means; returning false ends training.
  /// - Throws: As ``train(_:validation:onRound:)-(BinnedDataset,_,_)``; `invalidOption` without a metric.
  /// - Complexity: As many trainings as folds, whose scores and buffers are all kept at once.
  public func crossValidate(
    _ data: FoldedDataset, onRound: ((Progress) -> Bool)? = nil
  ) throws(BoostingError) -> CrossValidation {
    let metrics = options.usedMetrics.count + customMetrics.count
    guard metrics > 0 else {
      throw BoostingError(.invalidOption, "no metric was given, and the objective has none; name one to validate by")
    }
    var runs: [BoostingRun] = []
    for fold in data.folds { runs.append(try run(fold.train, fold.validation)) }
    var stopping = EarlyStopping(options, customMetrics)
    let none = [[Double]](repeating: [], count: metrics)
    var result = CrossValidation(means: none, deviations: none)
    // A fold that never finds a split is the constant it began with.
    var last = runs.map(\.validationValues)
    // Which metric will have ended training is not known before it does.
    var scoresAtBest = [[[Double]]](repeating: [], count: metrics)
    for round in 1...max(1, options.numIterations) {
      var isGoing = false
      for (fold, run) in runs.enumerated() {
        guard let values = try run.nextRound() else { continue }
        last[fold] = values
        isGoing = true
      }
      guard isGoing else { break }
      let means = (0..<metrics).map { metric in mean(last.map { $0[metric] }) }
      for metric in 0..<metrics {
        result.means[metric].append(means[metric])
        result.deviations[metric].append(deviation(last.map { $0[metric] }, around: means[metric]))
      }
      stopping.add(means)
      for metric in 0..<metrics where stopping.bestRounds[metric] == round {
        scoresAtBest[metric] = runs.map(\.rawValidationScores)
      }
      let goesOn = onRound?(Progress(iteration: round, scores: means)) ?? true
      if stopping.isOver || !goesOn { break }
    }
    guard !result.means[0].isEmpty, let best = stopping.bestRound else {
      // The model is the constant that training begins with.
      result.bestScore = mean(runs.map { $0.validationValues[0] })
      result.rawScores = runs.map(\.rawValidationScores)
      return result
    }
    result.bestIteration = best
    result.metricIndex = stopping.decisive
    result.bestScore = result.means[stopping.decisive][best - 1]
    result.rawScores = scoresAtBest[stopping.decisive]
    return result
  }

  private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

  private func deviation(_ values: [Double], around mean: Double) -> Double {
    (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
  }
}
