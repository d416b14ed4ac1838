#if Programs
import ArgumentParser
import Boosting
import Foundation
import ProgramSupport
import TickStorage

struct Predict: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Predicts the rows of a table with a model file.",
    discussion: """
      Where the file names its columns, those of the model are taken by name; a column that --label names is left out,
      and so is the first column of a text that has one column more than the model has features.
      """)

  @Option(help: "Model file: LightGBM text, XGBoost JSON or UBJSON.") var model: String
  @Option(help: "Table: .csv, .tsv, LibSVM (all also .gz), .parquet or .npy.") var data: String
  @Option(help: "Predictions: .npy or .csv, one row a row.") var output: String
  @Option(help: "Column of the table that is no feature, by name or number.") var label: String?
  @Flag(help: "Raw scores instead of probabilities or values.") var raw = false
  @Flag(help: "The leaf that each tree gives.") var leaf = false
  @Flag(help: "Each feature's share in the raw score (exact Shapley values), then the expected value.")
  var contributions = false
  @Flag(help: "These shares parted by pairs of features: a square of columns a row.") var interactions = false
  @Flag(help: "Leave trees out where a binary or multiclass row is clear; raw scores become less exact.")
  var predEarlyStop = false
  @Option(help: "Rounds between two looks at the margin.") var predEarlyStopFreq = 10
  @Option(help: "Margin above which a row is clear.") var predEarlyStopMargin = 10.0
  @Option(help: "First round that predicts, from 0.") var startIteration = 0
  @Option(help: "Rounds that predict; 0 or less for all that follow.") var numIteration = 0
  @Option(
    help:
      "What a feature that a LibSVM line leaves out is: nan or zero; by the model's format without it, LightGBM's being zero."
  )
  var absent: Absent?
  @Option(help: "Threads; 0 for all processors.") var threads = 0
  @Option(help: "Write figures of the run as JSON.") var report: String?

  enum Absent: String, ExpressibleByArgument, CaseIterable { case nan, zero }

  struct Report: Encodable {
    let load_seconds: Double
    let predict_seconds: Double
    let write_seconds: Double
    let rows: Int
    let peak_memory_bytes: Int
  }

  func validate() throws {
    guard [raw, leaf, contributions, interactions].count(where: { $0 }) <= 1 else {
      throw ValidationError("--raw, --leaf, --contributions and --interactions exclude each other")
    }
    guard output.hasSuffix(".npy") || output.hasSuffix(".csv") else {
      throw ValidationError("--output is '\(output)'; it must end in .npy or .csv")
    }
    for (option, path) in [("--data", data), ("--model", model)] where sameFile(path, output) {
      throw ValidationError("--output is the same file as \(option), '\(path)', which it would overwrite")
    }
    guard !predEarlyStop || !(leaf || contributions || interactions) else {
      throw ValidationError("--pred-early-stop goes with predictions and --raw only")
    }
    for path in [output, report ?? output] { try checkFolder(of: path) }
    guard startIteration >= 0 else {
      throw ValidationError("--start-iteration is \(startIteration); it must be at least 0")
    }
    guard threads >= 0 else { throw ValidationError("--threads is \(threads); it must be at least 0") }
  }

  private func sameFile(_ a: String, _ b: String) -> Bool {
    let paths = [a, b].map { URL(fileURLWithPath: $0).resolvingSymlinksInPath().standardizedFileURL.path }
    return paths[0] == paths[1]
  }

  func run() throws {
    let ((booster, table), loadSeconds) = try timed { try load() }
    let ((values, width), seconds) = try timed { try predict(booster, table) }
    let (_, writeSeconds) = try timed { try write(values, width, booster) }
    if let report {
      try writeJSON(
        Report(
          load_seconds: loadSeconds, predict_seconds: seconds, write_seconds: writeSeconds, rows: table.rowCount,
          peak_memory_bytes: Int(peakMemoryMiB() * 1_048_576)), to: report)
    }
  }

  private func load() throws -> (BoostingModel, NumericTable) {
    var booster = try BoostingModel(contentsOf: model)
    let rounds = booster.iterationCount
    guard startIteration == 0 || startIteration < rounds else {
      throw ValidationError("--start-iteration is \(startIteration); the model has rounds 0 to \(rounds - 1)")
    }
    if startIteration > 0 || numIteration > 0 {
      let end = numIteration > 0 ? startIteration + min(numIteration, rounds - startIteration) : rounds
      booster = try booster.rounds(startIteration..<end)
    }
    let isZero = absent.map { $0 == .zero } ?? model.hasSuffix(".txt")
    var file = try DataFile(data, absent: isZero ? 0 : .nan)
    let features = booster.featureNames.count
    if label != nil {
      try file.takeLabels(label)
    } else if file.names == nil, !data.hasSuffix(".npy"), file.labels == nil, file.table.columnCount == features + 1 {
      try file.takeLabels(nil)
    }
    try file.arrange(as: booster.featureNames)
    try file.widen(to: features, with: isZero ? 0 : .nan)
    return (booster, file.table)
  }

  /// Values by rows, and how many a row has.
  private func predict(_ booster: BoostingModel, _ table: NumericTable) throws -> ([Double], Int) {
    if leaf {
      return (try booster.leafIndices(table, threads: threads).map(Double.init), booster.treeCount)
    }
    if contributions {
      let values = try booster.contributions(table, threads: threads)
      return (values, booster.scoresPerRow * (booster.featureNames.count + 1))
    }
    if interactions {
      let (values, side) = (try booster.interactions(table, threads: threads), booster.featureNames.count + 1)
      return (values, booster.scoresPerRow * side * side)
    }
    var scores: [Double]
    if predEarlyStop {
      let stop = PredictionEarlyStop(frequency: predEarlyStopFreq, margin: predEarlyStopMargin)
      scores = try booster.rawScores(table, until: stop, threads: threads)
    } else {
      scores = try booster.rawScores(table, threads: threads)
    }
    if !raw { booster.objective.transform(&scores, rows: table.rowCount) }
    let (rows, classes) = (table.rowCount, booster.scoresPerRow)
    if classes == 1 { return (scores, 1) }
    var byRow = [Double](repeating: 0, count: scores.count)
    for index in 0..<classes { for row in 0..<rows { byRow[row * classes + index] = scores[index * rows + row] } }
    return (byRow, classes)
  }

  private func write(_ values: [Double], _ width: Int, _ booster: BoostingModel) throws {
    if output.hasSuffix(".npy") { return try NpyFile.write(values, columns: width, to: output) }
    let names: [String]
    if leaf {
      names = (0..<width).map { "tree_\($0)" }
    } else if contributions || interactions {
      let alone = booster.featureNames + ["expected_value"]
      let own = contributions ? alone : alone.flatMap { name in alone.map { "\(name)*\($0)" } }
      let classes = booster.scoresPerRow
      names = classes == 1 ? own : (0..<classes).flatMap { index in own.map { "class_\(index)_\($0)" } }
    } else {
      names = width == 1 ? ["prediction"] : (0..<width).map { "class_\($0)" }
    }
    try CSVText.write(values, names: names, to: output)
  }
}
#endif
