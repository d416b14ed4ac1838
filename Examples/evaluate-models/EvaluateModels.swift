#if Programs
import ArgumentParser
import Evaluation
import Foundation
import Modeling
import ProgramSupport
import TickData

@main
struct EvaluateModels: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate-models",
    abstract: "Judges saved bundles on rows that their models were not trained on, in a report of one HTML file.",
    discussion: """
      --bundle names one bundle or a folder of bundles. By default each bundle's model is trained anew with its own
      options in --folds walk-forward folds, and asked about the span after each; --no-retrain asks the saved model about
      ticks later than its data. Ticks are cleaned as those that the bundles were trained on; cleaning options given here
      are not looked at.

      Example: evaluate-models --bundle ml_models --ticks day.parquet --output report.html
      """)

  @OptionGroup var input: TickOptions
  @Option(help: "A bundle, or a folder of bundles.") var bundle: String
  @Option(help: "The report, one HTML file.") var output = "report.html"
  @Option(help: "Also write scores, backtests and importances to this file of JSON.") var json: String?
  @Option(help: "Walk-forward folds by time.") var folds = 5
  @Option(help: "Spans a fold trains on, before its test span; 0 for all earlier ones.") var rollingSpans = 0
  @Option(help: "Seconds between the last label that a fold trains on and its test span.") var embargoSeconds = 0.0
  @Flag(help: "Ask the saved models about ticks later than their data, without training.") var noRetrain = false
  @Option(help: "Trade where P(up) - P(down), or the predicted return, is farther from 0 than this.") var threshold =
    0.0
  @Option(help: "Fees of the backtest in basis points.") var feeBps = 1.0
  @Option(help: "Slippage of the backtest in basis points.") var slippageBps = 0.5
  @Option(help: "Latency of the backtest's orders in milliseconds.") var latencyMs = 1.0
  @Option(help: "Configurations that were tried, for the deflated Sharpe ratio; default: what the bundle says, else 1.")
  var trials: Int?
  @Option(help: "Bootstrap samples of each interval.") var resamples = 1000
  @Option(help: "Test rows by which features are explained.") var explainedRows = 2000
  @Option(help: "Shufflings of each feature.") var repeats = 3
  @Option(help: "Seed.") var seed: UInt64 = 1
  @Option(help: "Threads; 0 for all processors.") var threads = 0
  @Flag(help: "Take the ticks as they stand.") var noClean = false

  mutating func validate() throws {
    let below = "at least 0 and below 1e9 is allowed"
    try require(0 <= embargoSeconds && embargoSeconds < 1e9, "--embargo-seconds", embargoSeconds, below)
    try require(0 <= latencyMs && latencyMs < 1e9, "--latency-ms", latencyMs, below)
    try require(folds >= 1, "--folds", folds, "at least 1 is needed")
    try require(
      noRetrain || 0...max(0, folds - 1) ~= rollingSpans, "--rolling-spans", rollingSpans,
      "0 to \(max(0, folds - 1)), less than --folds, is allowed")
    try require(threshold >= 0 && threshold.isFinite, "--threshold", threshold, "at least 0 is needed")
    try require(feeBps >= 0 && feeBps < 10_000, "--fee-bps", feeBps, "at least 0 and below 10000 is allowed")
    try require(
      slippageBps >= 0 && slippageBps < 10_000, "--slippage-bps", slippageBps, "at least 0 and below 10000 is allowed")
    try require(trials ?? 1 >= 1, "--trials", trials ?? 1, "at least 1 is needed")
    try require(resamples >= 20, "--resamples", resamples, "at least 20 is needed")
    try require(explainedRows >= 50, "--explained-rows", explainedRows, "at least 50 is needed")
    try require(repeats >= 1, "--repeats", repeats, "at least 1 is needed")
    try require(threads >= 0, "--threads", threads, "at least 0 is needed")
    if let json, resolvedPath(json) == resolvedPath(output) {
      throw ValidationError("--json and --output both name '\(output)'; name two files")
    }
  }

  func run() throws {
    try input.refuseOverwriting(output, json)
    for path in [output, json].compactMap({ $0 }) { try requireWritable(path) }
    let evaluator = try ModelEvaluator(evaluationOptions())
    let bundles =
      FileManager.default.fileExists(atPath: bundle + "/manifest.json")
      ? [try ModelBundle(contentsOf: bundle)] : try ModelBundle.all(in: bundle)
    let ticks = try input.table()
    let progress = Progress("evaluate-models")
    var prepared: [(options: CleaningOptions, ticks: TickTable, report: CleaningReport)] = []
    var failure: (any Error)?
    let evaluations = try bundles.compactMap { bundle -> ModelEvaluation? in
      var (own, report) = (ticks, CleaningReport?.none)
      if !noClean, let options = bundle.cleaning {
        if !prepared.contains(where: { $0.options == options }) {
          let (cleaned, found) = try TickCleaner(options).clean(ticks)
          prepared.append((options, cleaned, found))
          printCleaning(found) { Console.note("evaluate-models: \($0)") }
        }
        if let found = prepared.first(where: { $0.options == options }) { (own, report) = (found.ticks, found.report) }
      }
      do {
        return try evaluator.evaluate(bundle, own, cleaning: report) { progress.update(0, $0) }
      } catch {
        // The others are worth their report all the same; the exit code tells.
        Console.note("evaluate-models: \(bundle.name) is left out: \(error)")
        failure = error
        return nil
      }
    }
    if evaluations.isEmpty, let failure { throw failure }
    do {
      try HTMLReport(evaluations).write(to: output)
    } catch {
      throw ValidationError("'\(output)' cannot be written: \(error.localizedDescription)")
    }
    if let json { try write(evaluations.map(\.scoreSheet), to: json) }
    progress.finish("\(counted(evaluations.count, "model")) in \(output)")
    show(evaluations)
    if failure != nil { throw ExitCode.failure }
  }

  private func evaluationOptions() throws -> EvaluationOptions {
    var options = try EvaluationOptions()
    options.method =
      noRetrain
      ? .laterRows
      : .walkForward(
        try WalkForwardSplit(
          folds: folds, window: rollingSpans > 0 ? .rolling(spans: rollingSpans) : .expanding,
          embargo: Int64(embargoSeconds * 1e9)))
    options.backtest.feeRate = feeBps * 1e-4
    options.backtest.slippage = slippageBps * 1e-4
    options.backtest.latency = Int64(latencyMs * 1e6)
    options.threshold = threshold
    options.trials = trials
    options.resamples = resamples
    options.explainedRows = explainedRows
    options.repeats = repeats
    options.seed = seed
    options.threads = threads
    return options
  }

  private func write(_ scores: [EvaluationScores], to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    do {
      try encoder.encode(scores).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw ValidationError("'\(path)' cannot be written: \(error.localizedDescription)")
    }
  }

  private func show(_ evaluations: [ModelEvaluation]) {
    var lines = [["model", "test rows", "score", "value", "lower", "upper", "return", "without costs", "DSR"]]
    for own in evaluations {
      let (main, numbers) = (own.scores[0], own.backtest.numbers)
      lines.append([
        own.name, format(own.predictions.rows.count), main.name, format(main.interval.value),
        format(main.interval.lower), format(main.interval.upper), format(numbers["total_return"] ?? .nan),
        format(numbers["total_return_without_costs"] ?? .nan), format(numbers["dsr"] ?? .nan, 3),
      ])
    }
    Console.printTable(lines)
  }
}
#else
@main
struct NeedsPrograms {
  static func main() { print("built without the package trait 'Programs'") }
}
#endif
