import Boosting
import Compute
import Foundation
import TestSupport
import Testing

@Suite("Training") struct BoosterTests {
  /// Options for tiny data: one round, full step, no limits on leaves.
  private func tiny(_ growth: BoostingOptions.Growth, leaves: Int = 2) -> BoostingOptions {
    var options = growth == .leafwise ? BoostingOptions.lightGBM : .xgboost
    options.numIterations = 1
    options.learningRate = 1
    options.minDataInLeaf = 1
    options.minDataInBin = 1
    options.minSumHessianInLeaf = 0
    options.lambdaL2 = 0
    options.numLeaves = leaves
    options.boostFromAverage = false
    return options
  }

  @Test("a missing value finds its own side", arguments: [BoostingOptions.Growth.leafwise, .levelwise])
  func missing(_ growth: BoostingOptions.Growth) throws {
    let x = [0, 1, 2, 3, 4, 5, 6, 7, Double.nan]
    for y in [[1.0, 1, 1, 1, 0, 0, 0, 0, 1], [1, 1, 1, 1, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 0, 1]] {
      let model = try Booster(tiny(growth)).train(TrainingData(columns: [x], labels: y))
      #expect(largestDifference(try model.predictions([x]), y) < 1e-7)
    }
  }

  @Test(
    "a value that is there or missing is a split of its own", arguments: [BoostingOptions.Growth.leafwise, .levelwise])
  func presence(_ growth: BoostingOptions.Growth) throws {
    let x = [0, .nan, 0, .nan, 0, Double.nan]
    let y = [1.0, 3, 1, 3, 1, 3]
    let model = try Booster(tiny(growth)).train(TrainingData(columns: [x], labels: y))
    #expect(largestDifference(try model.predictions([x]), y) < 1e-6)
  }

  @Test("a class that cannot be split keeps the score that training saw")
  func unsplitClass() throws {
    var random = RandomStream(seed: 2)
    let x = (0..<2000).map { _ in random.normal() }
    let labels = x.enumerated().map { $0 == 0 ? 2.0 : $1 > 0 ? 1.0 : 0 }
    var options = BoostingOptions.xgboost
    options.objective = .multiclass
    options.numClass = 3
    options.numIterations = 40
    let data = try TrainingData(columns: [x], labels: labels)
    let model = try Booster(options).train(data, validation: data)
    let loss = ValidationMetric.multiLogLoss.value(
      scores: try model.rawScores([x]), labels: labels, weights: nil, options: options)
    #expect(isClose(loss, try #require(model.history.last), relative: 1e-9))
  }

  @Test("training that diverges says so")
  func divergence() throws {
    let x = (0..<200).map(Double.init)
    let far = try TrainingData(columns: [x], labels: x.map { $0 * 1e38 })
    #expect(throws: BoostingError.self) { try Booster(.lightGBM).train(far) }
    var options = BoostingOptions.lightGBM
    options.learningRate = 3
    options.numIterations = 400
    #expect { try Booster(options).train(TrainingData(columns: [x], labels: x)) } throws: {
      "\($0)".contains("diverges")
    }
    let tinyLabels = try Booster(.lightGBM).train(TrainingData(columns: [x], labels: x.map { $0 * 1e-38 }))
    #expect(try tinyLabels.predictions([x]).allSatisfy(\.isFinite))
    options.earlyStoppingRounds = 3
    #expect(throws: BoostingError.self) { try Booster(options).train(TrainingData(columns: [x], labels: x)) }
  }

  // One row x = 1, y = 1 from a base of 0.5: g = -0.5, h = 1. The value is T(0.5, α) / (1 + λ).
  @Test("penalties give the closed form", arguments: [(0.1, 0.0, 0.9), (0, 1, 0.75), (0.1, 1, 0.7)])
  func penalties(alpha: Double, lambda: Double, expected: Double) throws {
    var options = tiny(.levelwise)
    options.lambdaL1 = alpha
    options.lambdaL2 = lambda
    // XGBoost's test starts from 0.5; two rows of y = 0.5 ± 0.5 around a mean of 0.5 make the same leaves.
    options.boostFromAverage = true
    let model = try Booster(options).train(TrainingData(columns: [[0, 1]], labels: [0, 1]))
    #expect(abs(try model.predictions([[1]])[0] - expected) < 1e-6)
  }

  @Test("constant labels give the constant", arguments: [BoostingOptions.Growth.leafwise, .levelwise])
  func constant(_ growth: BoostingOptions.Growth) throws {
    var options = growth == .leafwise ? BoostingOptions.lightGBM : .xgboost
    let x = (0..<100).map { Double($0 % 7) }
    let same = try Booster(options).train(TrainingData(columns: [x], labels: [Double](repeating: 3.5, count: 100)))
    #expect(abs(try same.predictions([[2]])[0] - 3.5) < 1e-6)
    options.objective = .binary
    let flat = try Booster(options).train(
      TrainingData(columns: [[Double](repeating: 1, count: 100)], labels: (0..<100).map { $0 < 75 ? 1 : 0 }))
    #expect(abs(try flat.predictions([[1]])[0] - 0.75) < 1e-6)
  }

  private func task(_ rows: Int, seed: UInt64 = 1) -> (columns: [[Double]], labels: [Double]) {
    var random = RandomStream(seed: seed)
    let columns = (0..<9).map { column in
      (0..<rows).map { _ in column == 8 && random.uniform() < 0.2 ? Double.nan : random.normal() }
    }
    let labels = (0..<rows).map { row in
      random.uniform() < 1 / (1 + exp(-columns[0][row] - columns[1][row] * columns[2][row])) ? 1.0 : 0
    }
    return (columns, labels)
  }

  private func binary(_ growth: BoostingOptions.Growth = .leafwise) -> BoostingOptions {
    var options = growth == .leafwise ? BoostingOptions.lightGBM : .xgboost
    options.objective = .binary
    options.numIterations = 30
    return options
  }

  @Test("limits of a tree hold", arguments: [BoostingOptions.Growth.leafwise, .levelwise])
  func limits(_ growth: BoostingOptions.Growth) throws {
    let (columns, labels) = task(3000)
    var options = binary(growth)
    options.numLeaves = 9
    options.maxDepth = 3
    options.minDataInLeaf = 100
    let model = try Booster(options).train(TrainingData(columns: columns, labels: labels))
    for tree in model.trees {
      #expect(tree.leafValue.count <= 8)
      // Counts are estimated from hessians while searching, as LightGBM does, so a leaf may fall a little short.
      #expect(tree.leafCount.allSatisfy { $0 >= 80 })
      #expect(tree.leafCount.reduce(0, +) == 3000)
    }
  }

  @Test("sampling of rows and features is seeded and the same at any number of threads")
  func sampling() throws {
    let (columns, labels) = task(4000)
    let data = try TrainingData(columns: columns, labels: labels)
    func text(seed: UInt64, threads: Int) throws -> String {
      var options = binary()
      options.subsample = 0.6
      options.baggingFrequency = 2
      options.featureFraction = 0.5
      options.seed = seed
      options.numThreads = threads
      return try Booster(options).train(data).lightGBMText()
    }
    let first = try text(seed: 1, threads: 1)
    #expect(try text(seed: 1, threads: 4) == first)
    #expect(try text(seed: 2, threads: 1) != first)
  }

  @Test("the score of a bagged training equals predicting anew")
  func baggedScores() throws {
    let (columns, labels) = task(2000)
    let data = try TrainingData(columns: columns, labels: labels)
    var options = binary()
    options.subsample = 0.5
    options.baggingFrequency = 1
    // With the training rows as validation data the last history value is that of the model's own predictions.
    let model = try Booster(options).train(data, validation: data)
    let p = try model.predictions(columns)
    let loss = zip(p, labels).reduce(0.0) { $0 - log($1.1 > 0 ? $1.0 : 1 - $1.0) } / 2000
    #expect(isClose(try #require(model.history.last), loss, relative: 1e-9))
  }

  @Test("early stopping keeps the best round")
  func earlyStopping() throws {
    let (columns, labels) = task(400)
    let (testColumns, testLabels) = task(1500, seed: 2)
    var options = binary()
    options.numIterations = 300
    options.learningRate = 0.3
    options.earlyStoppingRounds = 5
    var rounds = 0
    let model = try Booster(options).train(
      TrainingData(columns: columns, labels: labels), validation: TrainingData(columns: testColumns, labels: testLabels)
    ) { progress in
      rounds = progress.iteration
      return true
    }
    let best = try #require(model.bestIteration)
    #expect(rounds == best + 5 && rounds < 300)
    #expect(model.iterationCount == best)
    #expect(model.history.min() == model.history[best - 1])
  }

  @Test("a callback ends training")
  func callback() throws {
    let (columns, labels) = task(500)
    let model = try Booster(binary()).train(TrainingData(columns: columns, labels: labels)) { $0.iteration < 4 }
    #expect(model.iterationCount == 4)
    #expect(model.truncated(to: 2).treeCount == 2)
  }

  @Test("weights of 2 are rows sent twice")
  func weights() throws {
    // Few values, so that bins do not depend on how often each occurs.
    let (fine, labels) = task(1000)
    let columns = fine.map { $0.map { ($0 * 5).rounded() / 5 } }
    var options = binary()
    options.minDataInLeaf = 0
    options.minDataInBin = 1
    let weights = (0..<1000).map { $0 % 3 == 0 ? 2.0 : 1 }
    let weighted = try Booster(options).train(TrainingData(columns: columns, labels: labels, weights: weights))
    let rows = (0..<1000).flatMap { [Int](repeating: $0, count: Int(weights[$0])) }
    let doubled = try Booster(options).train(
      TrainingData(columns: columns.map { column in rows.map { column[$0] } }, labels: rows.map { labels[$0] }))
    let a = try weighted.predictions(columns)
    let b = try doubled.predictions(columns)
    // Gradients are rounded to whole steps, and the steps of weighted rows differ; so the fits are near, not equal.
    #expect(zip(a, b).reduce(0) { $0 + abs($1.0 - $1.1) } / 1000 < 0.01)
  }

  @Test("importance counts splits and gains of the trees")
  func importance() throws {
    let (columns, labels) = task(3000)
    let model = try Booster(binary()).train(TrainingData(columns: columns, labels: labels))
    #expect(model.importance(.split).reduce(0, +) == Double(model.trees.reduce(0) { $0 + $1.splitFeature.count }))
    let gains = model.importance(.gain)
    #expect(gains.firstIndex(of: gains.max() ?? 0) == 0)
  }

  @Test("the fast forest equals walking each tree")
  func forest() throws {
    let (columns, labels) = task(1000)
    let model = try Booster(binary(.levelwise)).train(TrainingData(columns: columns, labels: labels))
    let fast = try model.rawScores(columns)
    for row in 0..<1000 {
      var sum = model.baseScores[0]
      for tree in model.trees { sum += tree.leafValue[tree.leaf { columns[$0][row] }] }
      #expect(fast[row] == sum)
    }
  }

  @Test("unsound input is refused with what is allowed")
  func refused() throws {
    var options = BoostingOptions.lightGBM
    options.numLeaves = 1
    #expect { try Booster(options) } throws: { "\($0)".contains("numLeaves is 1") }
    #expect(throws: BoostingError.self) { try options.set("num_leafs", to: "3") }
    #expect(throws: BoostingError.self) { try options.set("num_leaves", to: "many") }
    try options.set("max_leaf", to: "12")
    try options.set("eta", to: "0.5")
    #expect(options.numLeaves == 12 && options.learningRate == 0.5)
    #expect(throws: BoostingError.self) { try TrainingData(columns: [[1, 2]], labels: [1]) }
    #expect(throws: BoostingError.self) { try TrainingData(columns: [[1]], labels: [.nan]) }
    #expect(throws: BoostingError.self) { try TrainingData(columns: [[1]], labels: [1], weights: [-1]) }
    #expect(throws: BoostingError.self) { try TrainingData(columns: [], labels: []) }
    let data = try TrainingData(columns: [[1, 2]], labels: [0, 2])
    #expect(throws: BoostingError.self) { try Booster(binary()).train(data) }
    options.metrics = [.auc]
    #expect(throws: BoostingError.self) { try Booster(options) }
    let model = try Booster(.lightGBM).train(data)
    #expect(throws: BoostingError.self) { try model.predictions([[1], [2]]) }
    #expect(throws: BoostingError.self) { try model.prediction(row: [1, 2]) }
  }
}
