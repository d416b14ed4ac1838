import Boosting
import Compute
import Foundation
import Synchronization
import TestSupport
import Testing

@Suite("Cross-validation") struct CrossValidationTests {
  private struct Table {
    var columns: [[Double]] = []
    var labels: [Double] = []

    init(rows: Int, seed: UInt64, classes: Int = 2) {
      var random = RandomStream(seed: seed, path: 1)
      columns = (0..<6).map { _ in (0..<rows).map { _ in random.uniform() < 0.05 ? .nan : random.normal() } }
      labels = (0..<rows).map { row in
        let score = (columns[0][row].isNaN ? 0 : columns[0][row]) + 0.5 * random.normal()
        return classes == 2 ? (score > 0 ? 1 : 0) : min(Double(classes - 1), max(0, (score + 1.5).rounded(.down)))
      }
    }

    func data(_ rows: Range<Int>) throws -> TrainingData {
      try TrainingData(columns: columns.map { Array($0[rows]) }, labels: Array(labels[rows]))
    }
  }

  private func folds(_ classes: Int = 2) throws -> [(train: TrainingData, validation: TrainingData)] {
    let table = Table(rows: 900, seed: 4, classes: classes)
    return try (1...3).map { (try table.data(0..<$0 * 200), try table.data($0 * 200..<$0 * 200 + 300)) }
  }

  private func options(_ growth: BoostingOptions.Growth = .leafwise) -> BoostingOptions {
    var options = growth == .leafwise ? BoostingOptions.lightGBM : .xgboost
    options.objective = .binary
    options.metrics = [.auc, .binaryLogLoss]
    options.numIterations = 12
    options.numLeaves = 7
    options.subsample = 0.7
    options.baggingFrequency = 2
    options.featureFraction = 0.7
    return options
  }

  @Test("the means are those of trainings fold by fold", arguments: [BoostingOptions.Growth.leafwise, .levelwise])
  func twin(_ growth: BoostingOptions.Growth) throws {
    let folds = try folds()
    let booster = try Booster(options(growth))
    let result = try booster.crossValidate(FoldedDataset(folds, options(growth)))
    let histories = try folds.map { try booster.train($0.train, validation: $0.validation).metricHistory }
    for metric in 0..<2 {
      for round in 0..<12 {
        let values = histories.map { $0[metric][round] }
        let mean = values.reduce(0, +) / 3
        #expect(result.means[metric][round] == mean)
        let squares = values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +)
        #expect(isClose(result.deviations[metric][round], (squares / 3).squareRoot(), relative: 1e-12))
      }
    }
    let best = result.means[0].indices.max { result.means[0][$0] < result.means[0][$1] }
    #expect(result.bestIteration - 1 == best && result.bestScore == result.means[0].max())
  }

  @Test("the predictions are those of a model of as many rounds as were best")
  func predictions() throws {
    let folds = try folds()
    var options = options()
    options.learningRate = 0.8  // So that the best round is not the last one.
    options.numIterations = 40
    let result = try Booster(options).crossValidate(FoldedDataset(folds, options))
    #expect(1..<40 ~= result.bestIteration)
    var short = options
    short.numIterations = result.bestIteration
    for (number, fold) in folds.enumerated() {
      let model = try Booster(short).train(fold.train)
      let expected = try model.predictions(fold.validation.table)
      // Training adds trees to scores one by one, a model sums its leaves: the last bits may differ.
      #expect(largestDifference(result.predictions(fold: number, options: options), expected) < 1e-12)
    }
  }

  @Test("early stopping watches the means, and a callback may end it")
  func stopping() throws {
    var options = options()
    options.learningRate = 0.8
    options.numIterations = 200
    options.earlyStoppingRounds = 5
    options.firstMetricOnly = true
    let data = try FoldedDataset(folds(), options)
    let result = try Booster(options).crossValidate(data)
    #expect(result.means[0].count == result.bestIteration + 5)
    var seen: [Int] = []
    let short = try Booster(options).crossValidate(data) { step in
      seen.append(step.iteration)
      return step.iteration < 3
    }
    #expect(seen == [1, 2, 3] && short.means[0] == Array(result.means[0].prefix(3)))
  }

  @Test("the metric that ends training says which round was best, and gives its scores")
  func decisive() throws {
    var options = options()
    options.learningRate = 0.8
    options.numIterations = 300
    options.earlyStoppingRounds = 8
    options.metrics = [.auc, .binaryLogLoss]
    let folds = try folds()
    let result = try Booster(options).crossValidate(FoldedDataset(folds, options))
    // The log-loss of such steps is worst soon, long before the AUC is.
    let best = try #require(result.means[1].min())
    #expect(result.bestScore == best && result.means[1][result.bestIteration - 1] == best)
    let losses = folds.indices.map { fold in
      let predictions = result.predictions(fold: fold, options: options)
      let terms = zip(predictions, folds[fold].validation.labels).map { p, y in -log(y > 0 ? p : 1 - p) }
      return terms.reduce(0, +) / Double(terms.count)
    }
    #expect(isClose(losses.reduce(0, +) / 3, best, relative: 1e-9))
  }

  @Test("one fold without a split stays the constant it is, beside others that train")
  func hopelessFold() throws {
    var options = options()
    options.minDataInLeaf = 120
    let folds = try folds()
    let result = try Booster(options).crossValidate(FoldedDataset(folds, options))
    // Seven tenths of 200 rows have no split into twice 120; those of 400 and 600 have.
    let others = try folds[1...].map { try Booster(options).train($0.train, validation: $0.validation).metricHistory }
    for round in result.means[0].indices {
      let scores = others.map { $0[0][min(round, $0[0].count - 1)] }
      #expect(isClose(result.means[0][round], (0.5 + scores[0] + scores[1]) / 3, relative: 1e-12))
    }
    #expect(result.bestIteration > 0)
  }

  @Test("scores in training, taken from leaves inside of the bag and by a walk outside of it, are the model's own")
  func baggedScores() throws {
    let data = try folds()[2].train
    let seen = Mutex<[[Double]]>([])
    let objective = CustomObjective { scores, labels in
      seen.withLock { $0.append(scores) }
      let chances = scores.map { 1 / (1 + exp(-$0)) }
      return (zip(chances, labels).map { $0 - $1 }, chances.map { $0 * (1 - $0) })
    }
    var options = options()
    options.objective = .custom
    options.metrics = []
    options.learningRate = 0.5
    let model = try Booster(options, objective: objective).train(data)
    options.numIterations = 11
    let shorter = try Booster(options, objective: objective).train(data)
    let asked = seen.withLock { $0 }
    #expect(model.treeCount == 12 && asked.count == 23)
    // What the twelfth round was asked for is what eleven rounds predict, row by row.
    #expect(largestDifference(asked[11], try shorter.rawScores(data.table)) < 1e-12)
    #expect(Set(asked[11]).count > 7)
  }

  @Test("classes, and folds without a split")
  func shapes() throws {
    var options = options()
    options.objective = .multiclass
    options.numClass = 4
    options.metrics = []
    let folds = try folds(4)
    let result = try Booster(options).crossValidate(FoldedDataset(folds, options))
    let best = try #require(result.means[0].min())
    #expect(result.bestScore == best && result.metricIndex == 0)
    var short = options
    short.numIterations = result.bestIteration
    #expect(
      largestDifference(
        result.predictions(fold: 0, options: options),
        try Booster(short).train(folds[0].train).predictions(folds[0].validation.table)) < 1e-12)
    var hopeless = self.options()
    hopeless.minDataInLeaf = 10_000
    let nothing = try Booster(hopeless).crossValidate(FoldedDataset(try self.folds(), hopeless))
    #expect(nothing.bestIteration == 0 && nothing.bestScore == 0.5 && nothing.means[0].isEmpty)
    let constants = nothing.predictions(fold: 1, options: hopeless)
    let own = try self.folds()[1].train.labels
    #expect(constants.allSatisfy { isClose($0, own.reduce(0, +) / Double(own.count), relative: 1e-9) })
    #expect(throws: BoostingError.self) { try FoldedDataset([], hopeless) }
  }
}
