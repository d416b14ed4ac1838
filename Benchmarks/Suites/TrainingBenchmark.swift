#if Programs
import ArgumentParser
import Boosting
import Compute
import Foundation
import ProgramSupport

/// Trains on a made or given table and reports time, held-out score and a fingerprint of the model.
struct TrainingBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "training",
    abstract: "Trains on a binary task and prints one line of JSON.",
    discussion: """
      Without --data the table is made: normal columns, 5 % missing in a quarter of them, and a label that depends on
      thresholds, products and noise. --write saves it as raw doubles (rows x columns, row-major, then labels) so that
      check_models.py asks the originals about the same numbers.
      """)

  @Option(help: "Training rows.") var rows = 200_000
  @Option(help: "Held-out rows.") var testRows = 50_000
  @Option(help: "Columns.") var columns = 64
  @Option(help: "Rounds.") var rounds = 100
  @Option(help: "leafwise, levelwise or symmetric.") var growth = BoostingOptions.Growth.leafwise
  @Option(parsing: .upToNextOption, help: "Options as name=value under LightGBM's or XGBoost's names.")
  var set: [String] = []
  @Option(help: "Threads.") var threads = WorkerPool.availableProcessors
  @Option(help: "Seed of the table.") var seed: UInt64 = 1
  @Option(help: "Write the table to this file and stop.") var write: String?
  @Option(
    help: "Write the model to NAME.txt, if level-wise to NAME.json as well, and held-out raw scores to NAME.scores.")
  var model: String?

  struct Report: Encodable {
    let growth: String
    let rows: Int
    let columns: Int
    let rounds: Int
    let threads: Int
    let train_seconds: Double
    let predict_seconds: Double
    let auc: Double
    let log_loss: Double
    let model_fingerprint: String
    let peak_memory_mib: Double
  }

  func run() throws {
    let table = BinaryTable(rows: rows + testRows, columns: columns, seed: seed)
    if let write { return try table.write(to: write) }
    let train = try TrainingData(columns: table.columns(0..<rows), labels: Array(table.labels[..<rows]))
    let test = table.columns(rows..<rows + testRows)
    var options = growth == .symmetric ? BoostingOptions.symmetric : growth == .leafwise ? .lightGBM : .xgboost
    options.objective = .binary
    options.numIterations = rounds
    options.learningRate = 0.1
    options.numThreads = threads
    for pair in set {
      let parts = pair.split(separator: "=").map(String.init)
      guard parts.count == 2 else { throw ValidationError("'\(pair)' is not name=value") }
      try options.set(parts[0], to: parts[1])
    }
    let booster = try Booster(options)
    let (trained, seconds) = try timed { try booster.train(train) }
    let (scores, predictSeconds) = try timed { try trained.rawScores(test, threads: threads) }
    let labels = Array(table.labels[rows...])
    let text = try trained.lightGBMText()
    if let model {
      try text.write(toFile: model + ".txt", atomically: true, encoding: .utf8)
      if growth == .levelwise {
        try trained.xgboostJSON().write(toFile: model + ".json", atomically: true, encoding: .utf8)
      }
      try scores.withUnsafeBytes { try Data($0).write(to: URL(fileURLWithPath: model + ".scores")) }
    }
    var hash = Fingerprint()
    hash.add(text)
    let loss = zip(scores, labels).reduce(0.0) { $0 + log(1 + exp($1.1 > 0 ? -$1.0 : $1.0)) } / Double(labels.count)
    try Console.printJSON(
      Report(
        growth: growth.rawValue, rows: rows, columns: columns, rounds: rounds, threads: threads,
        train_seconds: seconds, predict_seconds: predictSeconds, auc: areaUnderCurve(scores: scores, labels: labels),
        log_loss: loss, model_fingerprint: hash.hex, peak_memory_mib: peakMemoryMiB()))
  }
}
#endif
