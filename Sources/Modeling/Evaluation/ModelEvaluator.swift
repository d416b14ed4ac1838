import Boosting
import Compute
import Evaluation
import Features
import Foundation
public import TickData

/// Judges bundles on ticks: predictions of rows that their model was not trained on, and nothing else.
public struct ModelEvaluator: Sendable {
  /// How bundles are judged.
  public let options: EvaluationOptions

  /// Makes an evaluator.
  ///
  /// - Throws: ``ModelingError`` with code `invalidOption` naming what is not allowed.
  public init(_ options: EvaluationOptions) throws(ModelingError) {
    try options.check()
    self.options = options
  }

  /// Judges a bundle.
  ///
  /// Walk-forward folds train anew with the bundle's options, target, recipe; so they judge the way in which the model was made, not the model itself.
  /// - Parameters:
  ///   - bundle: The bundle.
  ///   - ticks: Ticks cleaned as the bundle says, each symbol in event order.
  ///   - cleaning: What cleaning found, for the report.
  ///   - onModel: Called before each model is trained.
  /// - Throws: ``ModelingError`` with code `noData` if no row can be tested, with ``EvaluationOptions/Method/laterRows`` if no tick with a target is after the bundle's data;
  ///   `EvaluationError`, `FeatureError` or `BoostingError` for what their modules refuse.
  /// - Complexity: That of training the folds, and of (resamples + features · repeats) predictions of the explained rows.
  public func evaluate(
    _ bundle: ModelBundle, _ ticks: TickTable, cleaning: CleaningReport? = nil, onModel: ((String) -> Void)? = nil
  ) throws -> ModelEvaluation {
    let table = try bundle.recipe.features(of: ticks, threads: threads)
    guard table.rowCount > 0 else { throw ModelingError(.noData, "there are no trades to evaluate on") }
    var warnings: [String] = []
    let parts = try tested(bundle, table, &warnings, onModel)
    var folds: [ModelEvaluation.Fold] = []
    for part in parts {
      let times = part.test.map { table.times[$0] }
      folds.append(
        ModelEvaluation.Fold(
          trainRows: part.train.isEmpty ? nil : part.train.count, testRows: part.test.count,
          firstTime: times.min() ?? 0, lastTime: times.max() ?? 0,
          scores: try scores(part.test, part.labels, part.predictions, bundle.target, table)))
    }
    let pooled = pool(parts, bundle.target.classCount)
    let trained = try trainer(bundle, nil)
    guard let last = parts.last else { throw ModelingError(.noData, "no fold could be tested") }
    let explained = spread(last.test, options.explainedRows)
    let place = Dictionary(last.test.enumerated().map { ($1, $0) }) { $1 }
    onModel?("explaining \(bundle.name)")
    let labels = explained.map { place[$0].map { last.labels[$0] } ?? .nan }
    var explanation: ModelExplanation?
    do {
      explanation = try Explainer(model: last.model, target: bundle.target, options: options, threads: threads)
        .explain(trained.columns(table, explained), labels: labels)
    } catch let error as EvaluationError {
      // The verdict stands without it, as where the model is a constant or the rows have one class.
      warnings.append("The model is not explained: \(error.message)")
    }
    if bundle.tuning != nil, case .walkForward = options.method,
      parts.contains(where: { $0.test.contains { table.times[$0] <= bundle.data.lastTime } })
    {
      warnings.append(
        "The bundle's options were searched on data that lasts into the tested rows: folds before the rows that its training tested may be judged with "
          + "options chosen on them, and look better than they are. The scores that training gave are free of this.")
    }
    let quality = DataQuality(ticks, table, calendar: bundle.recipe.calendar, cleaning: cleaning)
    if quality.symbols.contains(where: { $0.stepsBack + $0.withoutTime > 0 }) {
      warnings.append("The backtest leaves out ticks whose stamp steps back or is missing.")
    }
    return ModelEvaluation(
      name: bundle.name, modelVersion: bundle.modelVersion, target: bundle.target, options: options, folds: folds,
      scores: parts.count == 1
        ? folds[0].scores : try scores(pooled.rows, pooled.labels, pooled.values, bundle.target, table),
      predictions: pooled, confusion: try confusion(pooled, bundle.target),
      backtest: try backtest(bundle, ticks, table, pooled), explanation: explanation,
      drift: try drift(table, last.train, last.test),
      data: quality,
      tuning: bundle.tuning, configuration: try EvaluationRecord(bundle, options, ticks).json(), warnings: warnings)
  }

  /// Rows that were tested by one model.
  private struct Part {
    let train: [Int]
    let test: [Int]
    let labels: [Double]
    let predictions: [Double]
    let model: BoostingModel
  }

  private var threads: Int { options.threads == 0 ? WorkerPool.availableProcessors : options.threads }

  /// A trainer that makes models as the bundle's was made.
  private func trainer(_ bundle: ModelBundle, _ split: WalkForwardSplit?) throws(EvaluationError) -> ModelTrainer {
    var configuration = try TrainingConfiguration(recipe: bundle.recipe)
    if let split { configuration.validation = .walkForward(split) }
    configuration.targets = [bundle.target]
    configuration.kinds = [bundle.kind]
    configuration.options[bundle.kind] = bundle.options
    configuration.cleaning = bundle.cleaning
    configuration.threads = options.threads
    return ModelTrainer(configuration)
  }

  private func tested(
    _ bundle: ModelBundle, _ table: FeatureTable, _ warnings: inout [String], _ onModel: ((String) -> Void)?
  ) throws -> [Part] {
    guard case .walkForward(let split) = options.method else { return [try later(bundle, table)] }
    if bundle.options == nil {
      warnings.append(
        "The bundle does not say with which options it was trained; the folds were trained with the defaults of \(bundle.kind.rawValue)."
      )
    }
    let trainer = try trainer(bundle, split)
    let rows = try TargetRows(table, bundle.target, trainer.configuration)
    let booster = try Booster(trainer.configuration.boostingOptions(bundle.kind, bundle.target))
    return try rows.folds.enumerated().map { number, fold in
      onModel?("\(bundle.name), fold \(number + 1) of \(rows.folds.count)")
      let fitted = try trainer.fit(booster, table, rows, fold.train)
      return Part(
        train: fold.train, test: fold.test, labels: rows.labels(fold.test, bounds: fitted.bounds),
        predictions: try fitted.model.predictions(trainer.columns(table, fold.test), threads: threads),
        model: fitted.model)
    }
  }

  /// The bundle's own model on rows after all of its data.
  private func later(_ bundle: ModelBundle, _ table: FeatureTable) throws -> Part {
    let values = bundle.target.values(of: table, calendar: bundle.recipe.calendar)
    let rows = values.indices.filter {
      !values[$0].isNaN && table.times[$0] != Tick.noTime && table.times[$0] > bundle.data.lastTime
    }
    guard rows.count >= 50 else {
      throw ModelingError(
        .noData,
        "\(rows.count) rows with the target \(bundle.target.name) are later than the data of '\(bundle.name)'; at least 50 are needed: give later ticks, or "
          + "evaluate by walk-forward folds")
    }
    let columns = try trainer(bundle, nil).columns(table, rows)
    return Part(
      train: [], test: rows, labels: bundle.target.classes(of: rows.map { values[$0] }, bounds: bundle.bounds),
      predictions: try bundle.model.predictions(columns, threads: threads), model: bundle.model)
  }

  private func scores(
    _ rows: [Int], _ labels: [Double], _ predictions: [Double], _ target: TargetConfiguration, _ table: FeatureTable
  ) throws(EvaluationError) -> [NamedScore] {
    try TargetScores(labels: labels, predictions: predictions, target: target)
      .intervals(options, TimeBlocks(rows, table, horizon: target.horizon), threads: threads)
  }

  /// All tested rows in the order of the table.
  private func pool(_ parts: [Part], _ classes: Int?) -> ModelEvaluation.Predictions {
    let width = classes.map { $0 == 2 ? 1 : $0 } ?? 1
    let places = parts.enumerated().flatMap { part, own in own.test.indices.map { (part: part, place: $0) } }
      .sorted { parts[$0.part].test[$0.place] < parts[$1.part].test[$1.place] }
    return ModelEvaluation.Predictions(
      rows: places.map { parts[$0.part].test[$0.place] }, labels: places.map { parts[$0.part].labels[$0.place] },
      values: (0..<width).flatMap { column in
        places.map { parts[$0.part].predictions[column * parts[$0.part].test.count + $0.place] }
      })
  }

  private func confusion(
    _ pooled: ModelEvaluation.Predictions, _ target: TargetConfiguration
  ) throws(EvaluationError) -> ConfusionMatrix? {
    guard let classes = target.classCount else { return nil }
    return try ConfusionMatrix(
      labels: pooled.labels.map { Int($0) },
      predictions: predictedClasses(pooled.values, rows: pooled.labels.count, classes: classes), classes: classes)
  }

  private func backtest(
    _ bundle: ModelBundle, _ ticks: TickTable, _ table: FeatureTable, _ pooled: ModelEvaluation.Predictions
  ) throws(EvaluationError) -> BacktestVerdict {
    let signals = tradingSignals(pooled, bundle.target)
    let replay = PredictionBacktest(options: options, ticks: ticks, table: table)
    var free = BacktestOptions.free
    (free.capital, free.samplePeriod) = (options.backtest.capital, options.backtest.samplePeriod)
    let calendar = bundle.recipe.calendar
    // 252 days of a market of five days a week, 365 of one that never closes.
    let days = 365.25 * Double(calendar.weekdays.count) / 7 * (calendar.weekdays.count < 7 ? 252 / 260.9 : 1)
    let session = Double(calendar.closeMinute - calendar.openMinute) * 60e9
    return try BacktestVerdict(
      withCosts: replay.run(rows: pooled.rows, signals: signals, costs: options.backtest),
      withoutCosts: replay.run(rows: pooled.rows, signals: signals, costs: free),
      periodsPerYear: max(1, days * session / Double(options.backtest.samplePeriod)),
      trials: options.trials ?? bundle.trials ?? 1)
  }

  private func drift(_ table: FeatureTable, _ train: [Int], _ test: [Int]) throws(EvaluationError) -> [ColumnDrift] {
    guard !train.isEmpty else { return [] }
    let (before, now) = (spread(train, 20_000), spread(test, 20_000))
    var found: [ColumnDrift] = []
    for (index, column) in table.columns.enumerated() {
      let reference = before.map { table[$0, index] }.filter(\.isFinite)
      let current = now.map { table[$0, index] }.filter(\.isFinite)
      guard !reference.isEmpty, !current.isEmpty else { continue }
      found.append(
        ColumnDrift(feature: column.name, drift: try FeatureDrift(reference: reference, current: current)))
    }
    // By what the verdict looks at; of few rows that is the p-value, which falls as the distance grows.
    func size(_ column: ColumnDrift) -> Double {
      let distance = column.drift.normalisedWasserstein
      return column.drift.rows.reference <= 1000 ? column.drift.ksStatistic : distance.isNaN ? .infinity : distance
    }
    return found.sorted { (size($1), $0.feature) < (size($0), $1.feature) }
  }

  /// At most `count` of rows, evenly spaced.
  private func spread(_ rows: [Int], _ count: Int) -> [Int] {
    rows.count <= count ? rows : (0..<count).map { rows[$0 * rows.count / count] }
  }
}

/// How strongly each row's prediction speaks for a rise: P(up) − P(down) of classes, the return of returns.
func tradingSignals(_ predictions: ModelEvaluation.Predictions, _ target: TargetConfiguration) -> [Double] {
  let rows = predictions.labels.count
  guard let classes = target.classCount else { return predictions.values }
  if classes == 2 { return predictions.values.map { 2 * $0 - 1 } }
  return (0..<rows).map { row in
    (0..<classes).reduce(0) { sum, label in
      // Of an odd number of classes the middle one speaks for neither.
      let side = 2 * label == classes - 1 ? 0.0 : 2 * label > classes - 1 ? 1 : -1
      return sum + side * predictions.values[label * rows + row]
    }
  }
}
