import Boosting
import Compute
import Evaluation
public import Features
public import TickData
import Tuning

/// Trains models of targets on ticks, with validation in the order of time.
public struct ModelTrainer: Sendable {
  /// What is trained.
  public let configuration: TrainingConfiguration

  /// What training is doing, for progress displays.
  public struct Step: Sendable {
    /// The target.
    public let target: String
    /// The kind.
    public let kind: ModelKind
    /// Models trained so far, folds included.
    public let done: Int
    /// Models to train in all.
    public let total: Int
  }

  /// Makes a trainer.
  public init(_ configuration: TrainingConfiguration) { self.configuration = configuration }

  /// Computes the features of ticks and trains every target and kind on them.
  ///
  /// - Parameters:
  ///   - ticks: Clean ticks, each symbol in event order.
  ///   - onStep: Called before each model is trained.
  ///   - onTuning: Called from the threads of trials after each round and trial of a search.
  /// - Returns: One bundle a target and kind, in that order.
  /// - Throws: ``ModelingError`` with code `noData` if no row has a target; `FeatureError`, `EvaluationError`,
  ///   `TuningError` or `BoostingError` for what their modules refuse.
  public func train(
    _ ticks: TickTable, onStep: ((Step) -> Void)? = nil, onTuning: (@Sendable (TuningStep) -> Void)? = nil
  ) throws -> [ModelBundle] {
    try train(
      configuration.recipe.features(of: ticks, threads: resolvedThreads),
      fingerprint: DataSummary.fingerprint(of: ticks),
      onStep: onStep, onTuning: onTuning)
  }

  /// Trains on features that are already computed by this configuration's recipe.
  ///
  /// - Parameter fingerprint: Name of the data, for the bundles.
  public func train(
    _ table: FeatureTable, fingerprint: String, onStep: ((Step) -> Void)? = nil,
    onTuning: (@Sendable (TuningStep) -> Void)? = nil
  ) throws -> [ModelBundle] {
    guard table.rowCount > 0 else { throw ModelingError(.noData, "there are no trades to train on") }
    guard table.columns.map(\.name) == configuration.recipe.columnNames else {
      throw ModelingError(.invalidOption, "the feature table has other columns than the recipe gives")
    }
    let names = configuration.targets.map(\.name)
    guard Set(names).count == names.count, Set(configuration.kinds).count == configuration.kinds.count else {
      throw ModelingError(
        .invalidOption,
        "targets \(names) or kinds name one twice; each makes a bundle of that name, so train them apart")
    }
    let data = DataSummary(table, fingerprint: fingerprint)
    let models = configuration.targets.count * configuration.kinds.count
    var bundles: [ModelBundle] = []
    var done = 0
    for target in configuration.targets {
      let prepared = try TargetRows(table, target, configuration)
      for kind in configuration.kinds {
        let total = models * prepared.modelsPerKind
        bundles.append(
          try train(table, prepared, kind, data, onTuning) {
            onStep?(Step(target: target.name, kind: kind, done: done, total: total))
            done += 1
          })
      }
    }
    return bundles
  }

  private func train(
    _ table: FeatureTable, _ rows: TargetRows, _ kind: ModelKind, _ data: DataSummary,
    _ onTuning: (@Sendable (TuningStep) -> Void)?, _ onModel: () -> Void
  ) throws -> ModelBundle {
    var options = configuration.boostingOptions(kind, rows.target)
    var tuned: TuningSummary?
    if let tuning = configuration.tuning {
      (options, tuned) = try tune(table, rows, kind, options, tuning, fingerprint: data.fingerprint, onTuning)
    }
    let booster = try Booster(options)
    var scores: [FoldScores] = []
    var last: (model: BoostingModel, bounds: BucketBounds?)?
    for fold in rows.folds {
      onModel()
      let fitted = try fit(booster, table, rows, fold.train)
      let labels = rows.labels(fold.test, bounds: fitted.bounds)
      let predictions = try fitted.model.predictions(columns(table, fold.test), threads: resolvedThreads)
      scores.append(
        try FoldScores(
          trainRows: fold.train.count, labels: labels, predictions: predictions, target: rows.target,
          blocks: TimeBlocks(fold.test, table, horizon: rows.target.horizon)))
      last = fitted
    }
    if case .walkForward = configuration.validation {
      onModel()
      last = try fit(booster, table, rows, rows.labelled)
    }
    guard let last else { throw ModelingError(.noData, "no fold of \(rows.target.name) could be trained") }
    return try ModelBundle(
      kind: kind, target: rows.target, bounds: last.bounds, recipe: configuration.recipe,
      cleaning: configuration.cleaning, options: booster.options, model: last.model, data: data, scores: scores,
      tuning: tuned,
      samples: sampleRows(table, rows.labelled), reference: reference(table, rows))
  }

  /// Trains on rows.
  func fit(
    _ booster: Booster, _ table: FeatureTable, _ rows: TargetRows, _ train: [Int]
  ) throws -> (model: BoostingModel, bounds: BucketBounds?) {
    let bounds = try rows.target.fittedBounds(train.map { rows.values[$0] })
    return (try booster.train(data(table, rows, train, bounds)), bounds)
  }

  /// Rows as a booster takes them.
  func data(
    _ table: FeatureTable, _ rows: TargetRows, _ numbers: [Int], _ bounds: BucketBounds?
  ) throws(BoostingError) -> TrainingData {
    try TrainingData(
      columns: columns(table, numbers), labels: rows.labels(numbers, bounds: bounds),
      featureNames: table.columns.map(\.name))
  }

  func columns(_ table: FeatureTable, _ rows: [Int]) -> [[Double]] {
    table.withColumns { all in
      // Read only, and only until the loop has ended.
      nonisolated(unsafe) let all = all
      return parallelMap(count: all.count, threads: resolvedThreads) { index in
        let column = all[index]
        return [Double](unsafeUninitializedCapacity: rows.count) { buffer, count in
          for (place, row) in rows.enumerated() { buffer[place] = column[row] }
          count = rows.count
        }
      }
    }
  }

  /// Rows that the bundle's model was trained on.
  private func reference(_ table: FeatureTable, _ rows: TargetRows) -> ReferenceRows {
    var train = rows.labelled
    if case .holdout = configuration.validation { train = rows.folds[0].train }
    return ReferenceRows(rows: train.count, columns: table.columns.count) { table[train[$0], $1] }
  }

  /// A few rows by which a bundle is checked when it is opened.
  func sampleRows(_ table: FeatureTable, _ rows: [Int]) -> [[Double]] {
    let wanted = min(5, rows.count)
    return (0..<wanted).map { step in
      let row = rows[step * (rows.count - 1) / max(1, wanted - 1)]
      return table.columns.indices.map { table[row, $0] }
    }
  }

  var resolvedThreads: Int {
    configuration.threads == 0 ? WorkerPool.availableProcessors : configuration.threads
  }
}
