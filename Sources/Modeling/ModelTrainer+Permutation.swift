import Boosting
import Compute
public import Evaluation
public import Features

extension ModelTrainer {
  /// Tests whether a whole pipeline, its search for options included, does better than on labels that were shuffled in time.
  ///
  /// Every shuffle moves blocks of labels that are neighbours in time, those of all symbols together so that what they share stays shared, searches options where the configuration asks for it, trains on the folds' training rows and scores their
  /// test rows. Targets and kinds are the configuration's first.
  ///
  /// - Parameters:
  ///   - table: Features by this configuration's recipe.
  ///   - shuffles: At least 1; 99 allow a p-value of 0.01.
  ///   - blockLength: Rows a block and symbol; nil for twenty horizons, at least 100, or fewer where these would make less than five blocks.
  ///   - seed: Seed of the shuffles; a search has no time limit here, so that the result depends on no clock.
  /// - Returns: The test; scores are the mean over the folds of the AUC of two classes, the accuracy of more, R² of returns.
  /// - Throws: As ``train(_:onStep:onTuning:)``.
  /// - Complexity: As many trainings as shuffles and one more, spread over the configuration's threads.
  public func permutationTest(
    _ table: FeatureTable, shuffles: Int = 99, blockLength: Int? = nil, seed: UInt64 = 1
  ) throws -> PermutationTest {
    guard let target = configuration.targets.first, let kind = configuration.kinds.first else {
      throw ModelingError(.invalidOption, "no target or kind was given; the first of each is tested")
    }
    let rows = try TargetRows(table, target, configuration)
    var inner = configuration
    inner.threads = 1
    inner.tuning?.journals = nil
    inner.tuning?.timeout = nil
    inner.tuning?.parallel = 1
    let trainer = ModelTrainer(inner)
    let blocks = TimeBlocks(rows.labelled, table, horizon: target.horizon)
    let inTime = blocks.order.map { rows.labelled[$0] }
    let length = blockLength.map { $0 * table.symbols.count } ?? blocks.length
    return try PermutationTest(
      rows: rows.labelled.count, shuffles: shuffles,
      blockLength: min(length, rows.labelled.count), seed: seed, threads: resolvedThreads
    ) { order in
      try trainer.score(table, rows.shuffled(inTime, order), kind)
    }
  }

  /// The mean score over the folds.
  private func score(_ table: FeatureTable, _ rows: TargetRows, _ kind: ModelKind) throws -> Double {
    var options = configuration.boostingOptions(kind, rows.target)
    if let tuning = configuration.tuning {
      (options, _) = try tune(table, rows, kind, options, tuning, fingerprint: "", nil)
    }
    let booster = try Booster(options)
    var total = 0.0
    for fold in rows.folds {
      let fitted = try fit(booster, table, rows, fold.train)
      let labels = rows.labels(fold.test, bounds: fitted.bounds)
      let predictions = try fitted.model.predictions(columns(table, fold.test), threads: resolvedThreads)
      switch rows.target.classCount {
      case nil: total += try RegressionScores(labels: labels, predictions: predictions).r2
      case 2: total += try rocAUC(labels: labels, scores: predictions)
      case let classes?:
        total += try ConfusionMatrix(
          labels: labels.map { Int($0) },
          predictions: predictedClasses(predictions, rows: labels.count, classes: classes), classes: classes
        ).accuracy
      }
    }
    return total / Double(rows.folds.count)
  }
}
