#if Programs
import ArgumentParser
import Boosting
import Compute
import ProgramSupport

struct CrossValidate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cv",
    abstract: "Cross-validates options on a table: the metric's mean and deviation over the folds, by round.",
    discussion: """
      Rows are shuffled and dealt to folds, classes evenly; with --time-series each fold is trained on the rows before
      it, in the order of the file, and scored on its own. All folds are trained side by side; early_stopping_round=N
      ends them where the mean has not improved for N rounds.
      """)

  @OptionGroup var training: TrainingOptions
  @Option(help: "Folds.") var folds = 5
  @Flag(help: "Train each fold on earlier rows only.") var timeSeries = false
  @Option(help: "Write the figures as JSON.") var report: String?

  /// A metric's mean and deviation over the folds, by round.
  struct Course: Encodable {
    let mean: [Double]
    let standard_deviation: [Double]
  }

  struct Report: Encodable {
    /// The metric that chooses the round: the one that ended training, or else the first.
    let metric: String
    let mean: [Double]
    let standard_deviation: [Double]
    let best_iteration: Int
    let metrics: [String: Course]
  }

  func validate() throws {
    guard folds >= 2 else { throw ValidationError("--folds is \(folds); it must be at least 2") }
  }

  func run() throws {
    var settings = try training.resolved()
    let data = try settings.trainingFile().trainingData()
    try settings.nameCategories(data.featureNames)
    guard data.rowCount >= 2 * folds else {
      throw ValidationError("\(data.rowCount) rows are too few for \(folds) folds")
    }
    let metrics = settings.options.usedMetrics
    let folds = try parts(data, settings.options).map {
      (train: try data.rows($0.train), validation: try data.rows($0.test))
    }
    let progress = Progress("cv", total: settings.options.numIterations)
    let result = try Booster(settings.options).crossValidate(FoldedDataset(folds, settings.options)) { step in
      progress.update(step.iteration, step.score.map { "\(metrics[0].rawValue) \(format($0, 6))" } ?? "")
      return true
    }
    guard result.bestIteration > 0 else {
      throw ValidationError("no fold has found a split; more rows or other options are needed")
    }
    let best = result.bestIteration - 1
    let courses = metrics.indices.map { Course(mean: result.means[$0], standard_deviation: result.deviations[$0]) }
    progress.finish("\(folds.count) folds, \(counted(courses[0].mean.count, "round"))")
    for (metric, course) in zip(metrics, courses) {
      print(
        "\(metric.rawValue) \(format(course.mean[best], 6)) ± \(format(course.standard_deviation[best], 6)) at round "
          + "\(best + 1) of \(course.mean.count)")
    }
    if let report {
      let named = Dictionary(zip(metrics.map(\.rawValue), courses)) { first, _ in first }
      try writeJSON(
        Report(
          metric: metrics[result.metricIndex].rawValue, mean: courses[result.metricIndex].mean,
          standard_deviation: courses[result.metricIndex].standard_deviation,
          best_iteration: result.bestIteration, metrics: named),
        to: report)
    }
  }

  /// The row numbers of each fold's training and test rows, ascending.
  private func parts(_ data: TrainingData, _ options: BoostingOptions) -> [(train: [Int], test: [Int])] {
    let rows = Array(0..<data.rowCount)
    if timeSeries {
      return (1...folds).map { fold in
        let (from, to) = (rows.count * fold / (folds + 1), rows.count * (fold + 1) / (folds + 1))
        return (Array(0..<from), Array(from..<to))
      }
    }
    var random = RandomStream(seed: options.seed, path: 21)
    let keys = rows.map { _ in random.uniform() }
    let isClass = options.objective == .binary || options.objective == .multiclass
    // In order of class, then at random; dealt in turn, so that every fold has its share of each class.
    let dealt = rows.sorted {
      isClass && data.labels[$0] != data.labels[$1] ? data.labels[$0] < data.labels[$1] : keys[$0] < keys[$1]
    }
    var folder = [Int](repeating: 0, count: rows.count)
    for (place, row) in dealt.enumerated() { folder[row] = place % folds }
    return (0..<folds).map { fold in (rows.filter { folder[$0] != fold }, rows.filter { folder[$0] == fold }) }
  }
}

extension TrainingData {
  /// The rows with the given numbers as data of their own.
  fileprivate func rows(_ numbers: [Int]) throws -> TrainingData {
    try TrainingData(
      table: table.rows(numbers), labels: numbers.map { labels[$0] },
      weights: weights.map { weights in numbers.map { weights[$0] } }, featureNames: featureNames)
  }
}
#endif
