import Boosting
import Compute
import Evaluation
import Features
import Foundation
public import TickData

/// A model trained anew in the way of one that answers, and held against it on rows that neither was trained on.
///
/// Rows are cut in time: the older ones train the new model, less those whose label is known only after the cut; the newer ones, as far as they are
/// later than the champion's own data, are predicted by both. So the newer half of the story is told by rows that both see for the first time.
public struct ModelRenewal: Sendable {
  /// The new model, with the champion's recipe, target, options and bounds of classes.
  public let bundle: ModelBundle
  /// Rows that both predicted.
  public let testRows: Int
  /// Mean loss of the champion on them: log loss of classes, squared error of returns.
  public let championLoss: Double
  /// Mean loss of the new model.
  public let loss: Double
  /// One-sided p-value of the new model's being no better, by a t-test over blocks of time, those of
  /// `TimeBlocks`, which are longer than labels overlap over all symbols.
  public let pValue: Double

  /// Whether the new model beats the champion: a lower loss, by more than chance gives in one case of twenty.
  public var isBetter: Bool { loss < championLoss && pValue < 0.05 }

  /// Test rows that are needed at least.
  public static let minimumRows = 200

  /// Trains and compares.
  ///
  /// - Parameters:
  ///   - champion: The model that answers.
  ///   - ticks: Ticks as they come; they are cleaned as the champion's were.
  ///   - testShare: The share of the newest rows that is predicted, between 0 and 1.
  ///   - threads: Threads; 0 for all processors.
  ///   - isCancelled: Asked between rounds of training.
  /// - Throws: ``ModelingError`` with code `noData` if there are too few rows on either side; `invalidOption` for a share that is not allowed; what training
  ///   refuses; `CancellationError` if it was cancelled.
  public init(
    of champion: ModelBundle, ticks: TickTable, testShare: Double = 0.2, threads: Int = 0,
    isCancelled: () -> Bool = { false }
  ) throws {
    guard testShare > 0, testShare < 1 else {
      throw ModelingError(.invalidOption, "a test share of \(testShare); between 0 and 1 is needed")
    }
    var configuration = try TrainingConfiguration(recipe: champion.recipe)
    configuration.targets = [champion.target]
    configuration.kinds = [champion.kind]
    configuration.options[champion.kind] = champion.options
    configuration.cleaning = champion.cleaning
    configuration.threads = threads
    let clean = try champion.cleaning.map { try TickCleaner($0).clean(ticks).0 } ?? ticks
    let trainer = ModelTrainer(configuration)
    let table = try champion.recipe.features(of: clean, threads: trainer.resolvedThreads)
    guard table.rowCount > 0 else { throw ModelingError(.noData, "there are no trades to train on") }
    let rows = try TargetRows(table, champion.target, configuration)
    let times = rows.labelled.map { table.times[$0] }.sorted()
    let cut = times[min(times.count - 1, Int(Double(times.count) * (1 - testShare)))]
    let train = rows.labelled.filter { (rows.known.endTimes[$0] ?? .max) < cut }
    let test = rows.labelled.filter { table.times[$0] >= cut && table.times[$0] > champion.data.lastTime }
      .sorted { (table.times[$0], $0) < (table.times[$1], $1) }
    guard train.count >= Self.minimumRows, test.count >= Self.minimumRows else {
      throw ModelingError(
        .noData,
        "\(train.count) rows to train on and \(test.count) to test on, later than the data of '\(champion.name)'; at least "
          + "\(Self.minimumRows) each are needed")
    }
    // Both are to tell the same classes apart, so the bounds stay.
    let booster = try Booster(configuration.boostingOptions(champion.kind, champion.target))
    if isCancelled() { throw CancellationError() }
    let model = try withoutActuallyEscaping(isCancelled) { isCancelled in
      try booster.train(trainer.data(table, rows, train, champion.bounds)) { _ in !isCancelled() }
    }
    if isCancelled() { throw CancellationError() }
    let labels = rows.labels(test, bounds: champion.bounds)
    let columns = trainer.columns(table, test)
    let predicted = try model.predictions(columns, threads: trainer.resolvedThreads)
    let before = try champion.model.predictions(columns, threads: trainer.resolvedThreads)
    let losses = Self.losses(labels, predicted, champion.target)
    let championLosses = Self.losses(labels, before, champion.target)
    testRows = test.count
    loss = losses.reduce(0, +) / Double(test.count)
    championLoss = championLosses.reduce(0, +) / Double(test.count)
    let blocks = TimeBlocks(test, table, horizon: champion.target.horizon)
    pValue = Self.pValue(blocks.ordered(zip(championLosses, losses).map { $0 - $1 }), block: blocks.length)
    let scores = try FoldScores(
      trainRows: train.count, labels: labels, predictions: predicted, target: champion.target, blocks: blocks)
    bundle = try ModelBundle(
      kind: champion.kind, target: champion.target, bounds: champion.bounds, recipe: champion.recipe,
      cleaning: champion.cleaning, options: booster.options, model: model,
      data: DataSummary(table, fingerprint: DataSummary.fingerprint(of: clean)), scores: [scores],
      samples: trainer.sampleRows(table, rows.labelled),
      reference: ReferenceRows(rows: train.count, columns: table.columns.count) { table[train[$0], $1] })
  }

  /// Log loss of classes, squared error of returns, one a row.
  private static func losses(_ labels: [Double], _ predictions: [Double], _ target: TargetConfiguration) -> [Double] {
    let rows = labels.count
    guard let classes = target.classCount else {
      return zip(labels, predictions).map { ($0 - $1) * ($0 - $1) }
    }
    return labels.enumerated().map { row, label in
      let probability =
        classes == 2 ? (label == 1 ? predictions[row] : 1 - predictions[row]) : predictions[Int(label) * rows + row]
      return -log(min(max(probability, 1e-15), 1))
    }
  }

  /// One-sided p-value of a mean that is not above 0, from means of blocks, by Student's t; 1 where blocks are too few or do
  /// not vary, so that they tell nothing of chance.
  package static func pValue(_ differences: [Double], block: Int) -> Double {
    let count = differences.count / block
    guard count >= 2 else { return 1 }
    let means = (0..<count).map { index in
      differences[index * block..<(index + 1) * block].reduce(0, +) / Double(block)
    }
    let mean = means.reduce(0, +) / Double(count)
    let variance = means.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count - 1)
    guard variance > 0 else { return 1 }
    return StudentDistribution.tail(mean / (variance / Double(count)).squareRoot(), degrees: count - 1)
  }
}
