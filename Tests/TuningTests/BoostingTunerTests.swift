import Boosting
import Compute
import Evaluation
import Foundation
import Synchronization
import TestSupport
import Testing
import Tuning

@Suite("Boosting's options") struct BoostingTunerTests {
  private let folds: [(train: TrainingData, validation: TrainingData)]
  private let options: BoostingOptions

  init() throws {
    var random = RandomStream(seed: 3, path: 9)
    let rows = 1500
    let columns = (0..<8).map { _ in (0..<rows).map { _ in random.normal() } }
    let labels = (0..<rows).map { row in
      columns[0][row] * columns[1][row] + 0.7 * columns[2][row] + random.normal() > 0 ? 1.0 : 0
    }
    func data(_ rows: Range<Int>) throws -> TrainingData {
      try TrainingData(columns: columns.map { Array($0[rows]) }, labels: Array(labels[rows]))
    }
    folds = [(try data(0..<700), try data(700..<1100)), (try data(0..<1100), try data(1100..<1500))]
    var options = BoostingOptions.lightGBM
    options.objective = .binary
    options.metrics = [.auc]
    options.numIterations = 30
    options.earlyStoppingRounds = 10
    self.options = options
  }

  private func tuner(_ space: SearchSpace = .lightGBM) throws -> BoostingTuner {
    try BoostingTuner(options, space: space, folds: FoldedDataset(folds, options)) { predictions in
      // Four periods a fold, long where the prediction is above a half.
      predictions.enumerated().flatMap { fold, own in
        (0..<4).map { period in
          let rows = period * 100..<(period + 1) * 100
          return rows.reduce(0.0) { sum, row in
            sum + (own[row] > 0.5 ? 1 : -1) * (folds[fold].validation.labels[row] - 0.5)
          } / 100
        }
      }
    }
  }

  @Test("a score is that of the trial's options trained by hand, and pruning happens between rounds")
  func scores() throws {
    let tuner = try tuner()
    let study = try Study(direction: .maximize, space: .lightGBM, seed: 5)
    let rounds = Mutex<[Int: Int]>([:])
    try tuner.optimize(study, trials: 25, onRound: { trial, round, _ in rounds.withLock { $0[trial] = round } })
    let best = try #require(study.best)
    let tuned = try tuner.options(of: best)
    #expect(tuned.numIterations == best.bestIteration && tuned.earlyStoppingRounds == 0)
    let areas = try folds.map { fold in
      let model = try Booster(tuned).train(fold.train)
      return areaUnderCurve(scores: try model.predictions(fold.validation.table), labels: fold.validation.labels)
    }
    #expect(isClose((areas[0] + areas[1]) / 2, try #require(best.value), relative: 1e-9))
    let pruned = study.trials.filter { $0.state == .pruned }
    #expect(!pruned.isEmpty && pruned.allSatisfy { $0.reports.count == rounds.withLock { $0 }[$0.number] })
    #expect(pruned.contains { $0.reports.count < 30 })
    for trial in study.trials { #expect(trial.reports.map(\.step) == Array(1...trial.reports.count)) }
    #expect(best.returns?.count == 8)
  }

  @Test("threads and trials at once change nothing but the window, and a journal goes on")
  func resumed() throws {
    let folder = try ScratchFolder()
    func run(_ threads: Int, journal: String? = nil, totals: [Int]) throws -> [Outcome] {
      var options = options
      options.numThreads = threads
      let tuner = try BoostingTuner(options, space: .lightGBM, folds: FoldedDataset(folds, options))
      var study = try Study(direction: .maximize, seed: 2, journal: journal)
      for total in totals {
        study = try Study(direction: .maximize, seed: 2, journal: journal)
        try tuner.optimize(study, total: total)
      }
      return study.trials.map(Outcome.init)
    }
    let whole = try run(1, totals: [14])
    #expect(try run(2, totals: [14]) == whole)
    // Trials at once see fewer of the others: the window of 2 gives one study, whatever threads do.
    let pairs = try (0..<2).map { _ in
      let study = try Study(direction: .maximize, seed: 2)
      try tuner().optimize(study, total: 10, parallel: 2)
      return study.trials.map(Outcome.init)
    }
    #expect(pairs[0] == pairs[1] && pairs[0].count == 10)
    #expect(try run(1, journal: folder("study.jsonl"), totals: [6, 14]) == whole)
  }

  @Test("what is no option, shapes the bins, or wants another direction is refused")
  func refused() throws {
    func space<Value>(_ name: String, _ domain: Domain<Value>) throws -> SearchSpace {
      var space = SearchSpace()
      try space.add(name, domain)
      return space
    }
    let binned = try FoldedDataset(folds, options)
    for (name, part) in [
      ("max_bin", "shapes the bins"), ("min_data_in_bin", "shapes the bins"), ("num_leafs", "num_leafs"),
    ] {
      let error = #expect(throws: (any Error).self) {
        try BoostingTuner(options, space: space(name, .whole(3...9)), folds: binned)
      }
      #expect("\(try #require(error))".contains(part))
    }
    #expect(throws: BoostingError.self) {
      try BoostingTuner(options, space: space("feature_fraction", .real(0.5...1.5)), folds: binned)
    }
    let study = try Study(direction: .minimize)
    #expect(throws: TuningError.self) { try tuner().optimize(study, trials: 1) }
  }

  @Test("step by step: every trial keeps what was best before, and the best of all is given")
  func stepwise() throws {
    var short = options
    short.numIterations = 8
    let tuner = try StepwiseTuner(short, folds: FoldedDataset(folds, short))
    let told = Mutex<[Int]>([])
    let outcome = try tuner.optimize(seed: 1) { trial in
      told.withLock { $0.append(trial.number) }
      return .proceed
    }
    // The second look at feature_fraction leaves out points beyond its range.
    #expect(62...StepwiseTuner.trialCount ~= outcome.trials.count)
    #expect(
      outcome.trials.map(\.number) == Array(0..<outcome.trials.count)
        && told.withLock { $0 } == outcome.trials.map(\.number))
    let best = try #require(outcome.best)
    let complete = outcome.trials.filter { $0.state == .complete }.compactMap(\.value)
    #expect(best.value == complete.max())
    let last = try #require(outcome.trials.last)
    #expect(last["feature_fraction"] != nil && last["min_child_samples"] != nil)
    let areas = try folds.map { fold in
      let model = try Booster(outcome.options).train(fold.train)
      return areaUnderCurve(scores: try model.predictions(fold.validation.table), labels: fold.validation.labels)
    }
    #expect(isClose((areas[0] + areas[1]) / 2, try #require(best.value), relative: 1e-9))
    let stopped = try tuner.optimize(seed: 1) { $0.number == 4 ? .stop : .proceed }
    #expect(stopped.trials.count == 5)
    #expect(try tuner.optimize(timeout: 0).trials.isEmpty)
    var level = BoostingOptions.xgboost
    level.objective = .binary
    #expect(throws: TuningError.self) { try StepwiseTuner(level, folds: FoldedDataset(folds, level)) }
  }

  @Test("the summary counts every trial, and deflates by all of them")
  func summary() throws {
    let tuner = try tuner()
    let study = try Study(direction: .maximize, space: .lightGBM, seed: 8)
    try tuner.optimize(study, trials: 20)
    let summary = TuningSummary(
      study.trials, best: study.best, metric: "auc", isLargerBetter: true, seed: 8)
    #expect(summary.trials.count == 20 && summary.bestEntry?.value == study.best?.value)
    #expect(summary.count(.complete) + summary.count(.pruned) == 20 && summary.count(.pruned) > 0)
    #expect(summary.sharpeRatios.count == summary.count(.complete))
    let inference = try SharpeInference(returns: try #require(study.best?.returns))
    let count = Double(summary.sharpeRatios.count)
    let centre = summary.sharpeRatios.reduce(0, +) / count
    let variance = summary.sharpeRatios.reduce(0) { $0 + ($1 - centre) * ($1 - centre) } / count
    // Eight periods.
    let deviation = max(variance.squareRoot(), 1 / 7.0.squareRoot())
    let expected = try inference.deflatedSharpeRatio(deviation: deviation, trials: 20)
    #expect(isClose(try #require(summary.deflatedSharpeRatio), expected, relative: 1e-12))
    #expect(summary.overfitting != nil)
    let decoded = try JSONDecoder().decode(TuningSummary.self, from: JSONEncoder().encode(summary))
    #expect(decoded == summary)
    let none = TuningSummary([], best: nil, metric: "auc", isLargerBetter: true, seed: 0)
    #expect(none.deflatedSharpeRatio == nil && none.overfitting == nil && none.bestEntry == nil)
  }
}
