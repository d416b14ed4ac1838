import Boosting
import Compute
import Evaluation
import TestSupport
import Testing
import Tuning

/// The code of Docs/Guide-Tuning.md and Docs/Guide-Evaluation.md, run.
@Suite("Code of the guides") struct GuideTests {
  private let labels: [Double]
  private let columns: [[Double]]

  init() {
    var random = RandomStream(seed: 21)
    let columns = (0..<3).map { _ in (0..<600).map { _ in random.normal() } }
    labels = (0..<600).map { columns[0][$0] + random.normal() > 0 ? 1 : 0 }
    self.columns = columns
  }

  @Test("asking and telling, several objectives and constraints")
  func studies() throws {
    let single = try Study(
      direction: .minimize, sampler: TPESampler(.optuna4), pruner: HyperbandPruner(), seed: 7)
    try single.enqueue(["x": .real(0.5)])
    let trial = try single.ask()
    let x = try trial.suggest("x", .real(-1...1))
    try single.tell(trial, x * x)
    #expect(single.best?.value == 0.25)

    let study = try Study(directions: [.maximize, .minimize], seed: 7)
    try study.optimizeAll(trials: 60) { trial in
      let leaves = try trial.suggest("num_leaves", .whole(2...64))
      trial.setConstraint("small", Double(leaves - 48))
      return [1 - 1 / Double(leaves), Double(leaves)]
    }
    // Every number of leaves is a trade, up to what the constraint allows.
    #expect(study.paretoFront.count > 5 && study.paretoFront.allSatisfy { $0.values[1] <= 48 })
    #expect(try study.hypervolume(reference: [0, 64]) > 0)
  }

  @Test("purged folds as the objective of a search")
  func tuner() throws {
    let times = labels.indices.map { Int64($0) }
    let endTimes = times.map { Int64?($0 + 5) }
    let rows = try LabelledRows(times: times, endTimes: endTimes, symbols: labels.map { _ in Int32(0) })
    let folds = try PurgedKFold(folds: 3).split(rows)
    func data(_ numbers: [Int]) throws -> TrainingData {
      try TrainingData(
        columns: columns.map { column in numbers.map { column[$0] } }, labels: numbers.map { labels[$0] })
    }
    var options = BoostingOptions.lightGBM
    options.objective = .binary
    options.metrics = [.auc]
    options.numIterations = 20
    options.earlyStoppingRounds = 20
    let binned = try FoldedDataset(folds.map { (train: try data($0.train), validation: try data($0.test)) }, options)
    let tuner = try BoostingTuner(options, space: .lightGBM, folds: binned)
    let study = try Study(direction: tuner.direction, seed: 7)
    try tuner.optimize(study, trials: 5, timeout: 300, parallel: 2)
    let best = try #require(study.best)
    #expect(try tuner.options(of: best).numIterations <= 20 && (best.value ?? 0) > 0.6)
  }

  @Test("calibration, intervals and verdicts")
  func verdicts() throws {
    let (early, late) = (0..<300, 300..<600)
    let calibrate = try PlattScaling(labels: Array(labels[early]), scores: Array(columns[0][early]))
    let probabilities = columns[0][late].map { calibrate($0) }
    let diagram = try ReliabilityDiagram(labels: Array(labels[late]), probabilities: probabilities)
    #expect(diagram.expectedError < 0.1)
    let conformal = try ConformalInterval(
      labels: Array(columns[1][early]), predictions: [Double](repeating: 0, count: 300), missRate: 0.1)
    let ends = late.map { _ in conformal.interval(0) }
    let report = try CoverageReport(
      labels: Array(columns[1][late]), lower: ends.map(\.lower), upper: ends.map(\.upper), promised: 0.9)
    #expect(abs(report.coverage - 0.9) < 0.06 && report.pValue > 0.001)

    let trialReturns = columns
    let ratios = try trialReturns.map { try SharpeInference(returns: $0).sharpeRatio }
    let deflated = try SharpeInference(returns: trialReturns[0]).deflatedSharpeRatio(trials: ratios)
    let overfitting = try BacktestOverfitting(returns: trialReturns, blocks: 8).probability
    #expect((0...1).contains(deflated) && (0...1).contains(overfitting))
    let (labels, scores) = (labels, columns[0])
    let test = try PermutationTest(rows: labels.count, shuffles: 99, blockLength: 100) { order in
      try rocAUC(labels: order.map { labels[$0] }, scores: scores)
    }
    #expect(test.pValue <= 0.02)
  }
}
