#if Programs
import ArgumentParser
import Boosting
import Foundation
import ProgramSupport

struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Trains a model on a table.")

  @OptionGroup var training: TrainingOptions
  @Option(help: "Rows that are only scored, after every round; needed for early stopping.") var valid: String?
  @Option(help: "Their labels; without it those that --label names, or a text's first column.")
  var validLabel: String?
  @Option(help: "Model file: .txt is LightGBM text, .json and .ubj are XGBoost's.") var model: String?
  @Option(help: "Model to go on from: its rounds stay, new ones follow.") var inputModel: String?
  @Option(help: "Write figures of the run as JSON: seconds, peak memory, metrics by round.") var report: String?
  @Flag(help: "Say nothing but errors.") var quiet = false

  /// What a run took and gave.
  struct Report: Encodable {
    var load_seconds = 0.0
    var bin_seconds = 0.0
    var train_seconds = 0.0
    var write_seconds = 0.0
    var peak_memory_bytes = 0
    var rows = 0
    var features = 0
    var threads = 0
    var iterations = 0
    var best_iteration: Int?
    /// Values by round, by metric, by data.
    var metrics: [String: [String: [Double]]] = [:]
    var parameters = BoostingOptions()
  }

  func run() throws {
    var settings = try training.resolved(model: model, valid: valid)
    let start = try inputModel.map { try BoostingModel(contentsOf: $0) }
    if let start, !settings.namesObjective {
      (settings.options.objective, settings.options.numClass) = (start.objective, start.numClass)
    }
    try settings.options.validate()
    guard let output = settings.model else { throw ValidationError("--model is needed") }
    for path in [output, report ?? output] { try checkFolder(of: path) }
    guard ["txt", "json", "ubj"].contains(output.split(separator: ".").last.map(String.init) ?? "") else {
      throw ValidationError("--model is '\(output)'; it must end in .txt (LightGBM), .json or .ubj (XGBoost)")
    }
    var result = Report()
    let ((loaded, loadedValidation, isSingle), loadSeconds) = try timed { try load(settings, start?.featureNames) }
    try settings.checkFormat(of: output, isSingle: isSingle)
    var (data, validation) = (loaded, loadedValidation)
    try settings.nameCategories(data.featureNames)
    let booster = try Booster(settings.options)
    result.parameters = settings.options
    if let start {
      try booster.check(start)
      data.initScores = try start.rawScores(data.table, threads: settings.options.numThreads)
      if let table = validation?.table {
        validation?.initScores = try start.rawScores(table, threads: settings.options.numThreads)
      }
    }
    let (bins, binSeconds) = try timed {
      let bins = try BinnedDataset(data, settings.options)
      return (bins, try validation.map { try BinnedDataset($0, binnedAs: bins, threads: settings.options.numThreads) })
    }
    let progress = Progress("training", total: settings.options.numIterations, isQuiet: quiet)
    let (trained, trainSeconds) = try timed {
      let grown = try booster.train(bins.0, validation: bins.1) { round in
        progress.update(round.iteration, round.score.map { format($0, 6) } ?? "")
        return true
      }
      return try start?.merged(with: grown, history: true) ?? grown
    }
    progress.finish(
      "\(trained.iterationCount) rounds on \(format(data.rowCount)) rows of \(data.featureCount) features")
    let (_, writeSeconds) = try timed { try trained.write(to: output, singlePrecisionInput: isSingle) }
    (result.load_seconds, result.bin_seconds) = (loadSeconds, binSeconds)
    (result.train_seconds, result.write_seconds) = (trainSeconds, writeSeconds)
    result.peak_memory_bytes = Int(peakMemoryMiB() * 1_048_576)
    (result.rows, result.features) = (data.rowCount, data.featureCount)
    result.threads = settings.options.threadCount
    (result.iterations, result.best_iteration) = (trained.iterationCount, trained.bestIteration)
    if validation != nil {
      let names = settings.options.usedMetrics.map(\.rawValue)
      result.metrics = ["valid": Dictionary(zip(names, trained.metricHistory)) { first, _ in first }]
      if !quiet {
        for (name, values) in zip(names, trained.metricHistory) {
          // After early stopping the model ends with the best round, of which the figures are then.
          let best = trained.bestIteration.map { $0 - (start?.iterationCount ?? 0) } ?? values.count
          let round = settings.options.earlyStoppingRounds > 0 ? min(best, values.count) : values.count
          let value = round > 0 ? values[round - 1] : .nan
          Console.note(
            "boost: \(name) \(format(value, 6)) on '\(settings.valid ?? "")' at round \(round) of \(values.count)")
        }
      }
    }
    if let report { try writeJSON(result, to: report) }
  }

  private func load(
    _ settings: TrainingOptions.Resolved, _ features: [String]?
  ) throws -> (TrainingData, TrainingData?, Bool) {
    var file = try settings.trainingFile()
    if let features { try file.arrange(as: features) }
    guard let valid = settings.valid else { return (try file.trainingData(), nil, file.isSingle) }
    var other = try DataFile(valid, hasHeader: settings.header, absent: settings.absent)
    // A file of training labels says nothing about other rows.
    let column = settings.label.flatMap { FileManager.default.fileExists(atPath: $0) ? nil : $0 }
    try other.takeLabels(validLabel ?? column, "--valid-label")
    try other.takeWeights(nil)
    if let names = file.names { try other.arrange(as: names) }
    try other.widen(to: file.table.columnCount, with: settings.absent)
    return (try file.trainingData(), try other.trainingData(), file.isSingle)
  }
}

/// Throws if a file cannot be written because its folder is not there: better before the work than after.
func checkFolder(of path: String) throws {
  let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
  guard FileManager.default.fileExists(atPath: folder) else {
    throw ValidationError("there is no folder '\(folder)' for '\(path)'")
  }
}

/// Writes a value as JSON for people and programs.
func writeJSON(_ value: some Encodable, to path: String) throws {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  encoder.nonConformingFloatEncodingStrategy = .convertToString(
    positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
  try encoder.encode(value).write(to: URL(fileURLWithPath: path))
}
#endif
