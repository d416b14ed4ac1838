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
      it, in the order of the file, and scored on its own. Every fold runs all rounds; early_stopping_round=N ends the
      search for the best one where the mean has not improved for N rounds.
      """)

  @OptionGroup var training: TrainingOptions
  @Option(help: "Folds.") var folds = 5
  @Flag(help: "Train each fold on earlier rows only.") var timeSeries = false
  @Option(help: "Write the figures as JSON.") var report: String?

  /// A metric's mean and deviation over the folds, by round.
  struct Course: Encodable {
    let mean: [Double]
    let standard_deviation: [Double]

    func cut(to rounds: Int) -> Course {
      Course(mean: Array(mean.prefix(rounds)), standard_deviation: Array(standard_deviation.prefix(rounds)))
    }
  }

  struct Report: Encodable {
    /// The metric that chooses the round: the first.
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
    // Folds stop together, at the round that is best on average.
    let patience = settings.options.earlyStoppingRounds
    settings.options.earlyStoppingRounds = 0
    let booster = try Booster(settings.options)
    let metrics = settings.options.usedMetrics
    /// By fold, by metric, by round.
    var histories: [[[Double]]] = []
    for (number, fold) in parts(data, settings.options).enumerated() {
      let model = try booster.train(data.rows(fold.train), validation: data.rows(fold.test))
      histories.append(model.metricHistory)
      let last = zip(metrics, model.metricHistory).map { "\($0.rawValue) \(format($1.last ?? .nan, 6))" }
      Console.note("cv: fold \(number + 1), last round: \(last.joined(separator: ", "))")
    }
    let courses = metrics.indices.map { place in course(histories.map { $0.isEmpty ? [] : $0[place] }) }
    guard let first = courses.first, !first.mean.isEmpty else {
      throw ValidationError("no fold has found a split; more rows or other options are needed")
    }
    let best = bestRound(first.mean, metrics[0].isLargerBetter, patience)
    // Rounds after those that early stopping would have waited for are nobody's business.
    let end = patience > 0 ? min(first.mean.count, best + patience + 1) : first.mean.count
    for (metric, course) in zip(metrics, courses) {
      print(
        "\(metric.rawValue) \(format(course.mean[best], 6)) ± \(format(course.standard_deviation[best], 6)) at round "
          + "\(best + 1) of \(end)")
    }
    if let report {
      let named = Dictionary(zip(metrics.map(\.rawValue), courses.map { $0.cut(to: end) })) { first, _ in first }
      try writeJSON(
        Report(
          metric: metrics[0].rawValue, mean: first.cut(to: end).mean,
          standard_deviation: first.cut(to: end).standard_deviation, best_iteration: best + 1, metrics: named),
        to: report)
    }
  }

  /// Mean and deviation of the folds; a fold whose trees ran out keeps its last value.
  private func course(_ histories: [[Double]]) -> Course {
    let rounds = histories.map(\.count).max() ?? 0
    let columns = (0..<rounds).map { round in histories.map { $0.isEmpty ? .nan : $0[min(round, $0.count - 1)] } }
    let means = columns.map { $0.reduce(0, +) / Double($0.count) }
    let deviations = zip(columns, means).map { values, mean in
      (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
    }
    return Course(mean: means, standard_deviation: deviations)
  }

  private func bestRound(_ means: [Double], _ isLargerBetter: Bool, _ patience: Int) -> Int {
    var best = 0
    for (round, mean) in means.enumerated() {
      if isLargerBetter ? mean > means[best] : mean < means[best] { best = round }
      if patience > 0, round - best >= patience { break }
    }
    return best
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
