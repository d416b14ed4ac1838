#if Programs
import ArgumentParser
import Boosting
import Evaluation
import Features
import Foundation
import Modeling
import ProgramSupport
import TickData
import Tuning

@main
struct TrainModels: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train-models",
    abstract: "Trains models of targets on ticks and saves them as bundles.",
    discussion: """
      Ticks are cleaned, features computed, and every target is trained with every kind of model. Models are scored on
      rows that lie behind their training rows: the last --test-share of each symbol, or --folds walk-forward folds. A
      purge keeps labels of training rows out of the test rows.

      Targets: direction_H (1 if the price is higher H ticks ahead), future_return_H, return_bucket_H (five classes).

      With --optimize the options of each model are searched first: trials are scored by purged folds of the rows before
      the test rows, which the search never sees, and pruned between rounds. What was tried is kept in the bundle, and
      the summary says what the best trial's success is worth given how much was tried (deflated_sharpe and overfitting, both
      before costs: whether it pays, evaluate-models says).

      Example: train-models --ticks day.parquet --calendar NSE --feed snapshot --output ml_models
      Example: train-models --ticks day.parquet --targets direction_5 --optimize --trials 50 --timeout 300
      """)

  @OptionGroup var input: TickOptions
  @Option(help: "Targets, comma separated; default: the seven standard ones.") var targets: String?
  @Option(help: "Kinds of models, comma separated: lightgbm, xgboost.") var models = "lightgbm,xgboost"
  @Option(help: "Rounds of boosting.") var rounds = 200
  @Option(help: "Learning rate.") var learningRate = 0.05
  @Option(
    parsing: .upToNextOption,
    help: "Further options of boosting as name=value under LightGBM's or XGBoost's names, such as num_leaves=63.")
  var set: [String] = []
  @Option(help: "Windows of the features in ticks.") var lookbacks = "5,10,20,50"
  @Option(help: "Share of each symbol's rows to test on.") var testShare = 0.2
  @Option(help: "Walk-forward folds by time in place of the test share; 0 for none.") var folds = 0
  @Option(help: "Spans a fold trains on, before its test span; 0 for all earlier ones.") var rollingSpans = 0
  @Option(help: "Seconds between the last label that a fold trains on and its test span.") var embargoSeconds = 0.0
  @OptionGroup(title: "Search for options") var tuning: TuningOptions
  @Option(help: "Folder for the bundles and model_summary.csv.") var output = "ml_models"
  @Option(help: "Threads; 0 for all processors.") var threads = 0
  @Flag(help: "Take the ticks as they stand.") var noClean = false
  @Flag(help: "Print the summary as one line of JSON.") var json = false

  mutating func validate() throws {
    guard rounds >= 1 else { throw ValidationError("--rounds is \(rounds); at least 1 is needed") }
    guard folds >= 0 else { throw ValidationError("--folds is \(folds); at least 0 is needed") }
    guard threads >= 0 else { throw ValidationError("--threads is \(threads); at least 0 is needed") }
    try require(
      0 <= embargoSeconds && embargoSeconds < 1e9, "--embargo-seconds", embargoSeconds,
      "at least 0 and below 1e9 is allowed")
  }

  func run() throws {
    // Before the work is done that is to be written there.
    do {
      try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
    } catch {
      throw ValidationError("the folder '\(output)' cannot be made: \(error.localizedDescription)")
    }
    let calendar = try input.tradingCalendar()
    let (ticks, readSeconds) = try timed { try loadTicks() }
    let hasQuotes = ticks.series.contains { series in
      [series.columns.bids, series.columns.asks, series.columns.bidSizes, series.columns.askSizes]
        .contains { $0.contains { !$0.isNaN } }
    }
    let recipe = try FeatureRecipe(
      lookbacks: lookbacks.split(separator: ",").map { try whole($0, "--lookbacks") }, calendar: calendar,
      includesQuotes: hasQuotes)
    let configuration = try trainingConfiguration(recipe)
    note("train-models: \(format(ticks.rowCount)) rows of \(ticks.series.count) symbols in \(format(readSeconds, 1)) s")
    let progress = Progress("train-models", isQuiet: json)
    // Only the AUC of two classes is better when it is larger, unless another metric was asked for.
    let metric = configuration.tuning?.metric
    let classes = Dictionary(uniqueKeysWithValues: configuration.targets.map { ($0.name, $0.classCount) })
    let search = TuningProgress(isQuiet: json) { target in metric?.isLargerBetter ?? (classes[target] == 2) }
    let bundles = try ModelTrainer(configuration).train(
      ticks,
      onStep: { step in
        search.finish()
        progress.update(step.done, "\(step.target) \(step.kind.rawValue) (\(step.done + 1) of \(step.total))")
      }, onTuning: { search.show($0) })
    for bundle in bundles {
      try bundle.write(to: output)
      if let history = bundle.tuning?.historyFigure { try history.writeSVG(to: "\(output)/tuning_\(bundle.name).svg") }
    }
    let summary = ModelSummary(bundles)
    try summary.write(to: output)
    progress.finish("\(counted(bundles.count, "bundle")) in \(output)")
    if json { return try Console.printJSON(bundles.map(BundleReport.init)) }
    // The terminal shows what tells models apart; the file has every column.
    let shown = [0, 1, 3, 4, 5, 6, 7, 8, 9, 11, 13] + (tuning.optimize ? [16, 17, 18, 19] : [])
    Console.printTable(summary.rows.map { row in shown.map { row[$0].isEmpty ? "-" : row[$0] } })
  }

  private struct BundleReport: Encodable {
    let bundle: String
    let version: String
    let scores: [FoldScores]
    let tuning: TuningSummary?

    init(_ bundle: ModelBundle) {
      self.bundle = bundle.name
      version = bundle.modelVersion
      scores = bundle.scores
      tuning = bundle.tuning
    }
  }

  private func loadTicks() throws -> TickTable {
    let table = try input.table()
    guard !noClean else { return table }
    let (cleaned, report) = try input.cleaner().clean(table)
    printCleaning(report) { note("train-models: \($0)") }
    return cleaned
  }

  private func trainingConfiguration(_ recipe: FeatureRecipe) throws -> TrainingConfiguration {
    var configuration = try TrainingConfiguration(recipe: recipe)
    configuration.threads = threads
    configuration.tuning = try tuning.configuration(embargo: Int64(embargoSeconds * 1e9))
    configuration.cleaning = noClean ? nil : try input.cleaner().options
    if let targets {
      configuration.targets = try targets.split(separator: ",").map { try TargetConfiguration(named: String($0)) }
    }
    configuration.kinds = try models.split(separator: ",").map { name in
      guard let kind = ModelKind(rawValue: String(name)) else {
        throw ValidationError("there is no kind of model '\(name)'; lightgbm and xgboost are known")
      }
      return kind
    }
    if tuning.stepwise, configuration.kinds != [.lightgbm] {
      throw ValidationError("--stepwise is for LightGBM-style models; add --models lightgbm")
    }
    configuration.validation =
      folds > 0
      ? .walkForward(
        try WalkForwardSplit(
          folds: folds, window: rollingSpans > 0 ? .rolling(spans: rollingSpans) : .expanding,
          embargo: Int64(embargoSeconds * 1e9))) : .holdout(try HoldoutSplit(testShare: testShare))
    for kind in configuration.kinds {
      var options = kind.defaultOptions
      options.numIterations = rounds
      options.learningRate = learningRate
      for pair in set {
        let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { throw ValidationError("'\(pair)' is not name=value") }
        guard !BoostingOptions.objectiveNames.contains(parts[0]) else {
          throw ValidationError("'\(pair)': the objective is that of the target; choose targets with --targets")
        }
        try options.set(parts[0], to: parts[1])
      }
      configuration.options[kind] = options
    }
    return configuration
  }

  private func whole(_ text: Substring, _ option: String) throws -> Int {
    guard let number = Int(text) else { throw ValidationError("'\(text)' in \(option) is not a whole number") }
    return number
  }

  private func note(_ text: String) {
    if !json { Console.note(text) }
  }
}
#else
@main
struct NeedsPrograms {
  static func main() { print("built without the package trait 'Programs'") }
}
#endif
