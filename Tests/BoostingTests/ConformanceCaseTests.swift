import Boosting
import Compute
import Foundation
import TestSupport
import Testing

/// Cases of the originals' suites on data that a few lines make; see ``ConformanceTests`` for those on tables.
@Suite("conformance on made data")
struct ConformanceCaseTests {
  private func options(_ objective: BoostingOptions.Objective = .regression, _ pairs: [String: String] = [:]) throws
    -> BoostingOptions
  {
    var options = BoostingOptions.lightGBM
    options.objective = objective
    for (name, value) in pairs { try options.set(name, to: value) }
    return options
  }

  private static let exact = [
    "num_iterations": "1", "learning_rate": "1", "min_data": "1", "min_sum_hessian_in_leaf": "0",
    "min_data_in_bin": "1", "num_leaves": "2", "boost_from_average": "false",
  ]

  @Test("LT missing values: rows without a value are told from the others", arguments: [20, 80])
  func missing(count: Int) throws {
    let x = (0..<100).map { $0 < count ? Double.nan : Double($0 % 2) }
    let y = (0..<100).map { $0 < count ? 1 : 0.0 }
    let own = try options(.regression, ["num_iterations": "20", "boost_from_average": "false", "learning_rate": "0.3"])
    let model = try Booster(own).train(TrainingData(columns: [x], labels: y))
    let error = zip(try model.predictions([x]), y).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / 100
    #expect(error < 0.005)
  }

  @Test("LT missing_value_handle: NaN, zero as missing, and neither")
  func missingKinds() throws {
    let x = [0, 1, 2, 3, 4, 5, 6, 7, Double.nan]
    let y = [1, 1, 1, 1, 0, 0, 0, 0, 1.0]
    let nan = try Booster(options(.regression, Self.exact)).train(TrainingData(columns: [x], labels: y))
    for (value, label) in zip(try nan.predictions([x]), y) { #expect(abs(value - label) < 1e-12) }
    let zero = [0, 1, 1, 1, 0, 0, 0, 0, 0.0]
    let own = try options(.regression, Self.exact.merging(["zero_as_missing": "true"]) { $1 })
    let model = try Booster(own).train(TrainingData(columns: [x], labels: zero))
    for (value, label) in zip(try model.predictions([x]), zero) { #expect(abs(value - label) < 1e-12) }
    let off = try options(.regression, Self.exact.merging(["use_missing": "false"]) { $1 })
    let blind = try Booster(off).train(TrainingData(columns: [x], labels: y))
    let values = try blind.predictions([[.nan, 0, 1]])
    #expect(values[0] == values[1] && values[1] == values[2])
  }

  @Test("LT test_max_bin_by_feature: as many predictions as bins")
  func binsByFeature() throws {
    let x = [(0..<100).map(Double.init), (0..<100).map { Double($0 / 50) }]
    let y = (0..<100).map(Double.init)
    for (bins, count) in [("100,2", 100), ("2,100", 3)] {
      let own = try options(
        .regression,
        [
          "num_iterations": "1", "min_data": "1", "min_data_in_bin": "1", "num_leaves": "101",
          "max_bin_by_feature": bins,
          "boost_from_average": "false", "learning_rate": "1",
        ])
      let model = try Booster(own).train(TrainingData(columns: x, labels: y))
      #expect(Set(try model.predictions(x)).count == count)
    }
  }

  @Test("LT test_small_max_bin: two and three bins with NaN train")
  func fewBins() throws {
    let values = (0..<300).map { [-1, 1, 2, Double.nan][$0 % 4] }
    let labels = (0..<300).map { Double($0 % 2) }
    for bins in [2, 3] {
      var own = try options(.binary)
      own.maxBin = bins
      #expect(
        try Booster(own).train(TrainingData(columns: [values], labels: labels)).predictions([values]).allSatisfy(
          \.isFinite))
    }
  }

  @Test("LT test_forced_bins: 3, 1 and 3 different predictions")
  func forcedBins() throws {
    let x = (0..<100).map { Double($0) / 100 }
    let y = x
    var own = try options(
      .regression,
      ["num_iterations": "1", "max_bin": "5", "min_data": "1", "min_data_in_bin": "1", "num_leaves": "7"])
    own.forcedBins = [0: [0.3, 0.35, 0.4]]
    let model = try Booster(own).train(TrainingData(columns: [x], labels: y))
    let between = try model.predictions([[0.32, 0.37, 0.45]])
    #expect(Set(between).count == 3)
    own.forcedBins = [:]
    let plain = try Booster(own).train(TrainingData(columns: [x], labels: y))
    #expect(Set(try plain.predictions([[0.32, 0.37, 0.39]])).count == 1)
  }

  @Test("LT test_binning_same_sign: values around zero share a side, positive ones do not")
  func sameSign() throws {
    let x = (0..<99).map { 0.01 + Double($0) / 100 }
    var own = try options(
      .regression,
      ["num_iterations": "1", "max_bin": "5", "min_data": "1", "min_data_in_bin": "1", "num_leaves": "7"])
    own.seed = 0
    let model = try Booster(own).train(TrainingData(columns: [x], labels: x))
    let values = try model.predictions([[-1, 0, 1]])
    #expect(values[0] == values[1] && values[1] != values[2])
  }

  @Test(
    "LT test_constant_features: the constant of each loss",
    arguments: [
      (.regression, [0, 10, 0, 10], [5]), (.regression, [0, 1, 2, 3], [1.5]), (.regression, [-1, 1, -2, 2], [0]),
      (.binary, [0, 1, 0, 1], [0.5]), (.binary, [0, 1, 1, 1], [0.75]),
      (.multiclass, [0, 1, 2, 0], [0.5, 0.25, 0.25]), (.multiclass, [0, 1, 2, 1], [0.25, 0.5, 0.25]),
      (.multiclassOVA, [0, 1, 2, 0], [0.5, 0.25, 0.25]), (.multiclassOVA, [0, 1, 2, 1], [0.25, 0.5, 0.25]),
    ] as [(BoostingOptions.Objective, [Double], [Double])])
  func constantFeatures(objective: BoostingOptions.Objective, labels: [Double], expected: [Double]) throws {
    var own = try options(objective, ["num_iterations": "100", "min_data_in_leaf": "1", "min_data_in_bin": "1"])
    if objective.isMulticlass { own.numClass = 3 }
    let model = try Booster(own).train(TrainingData(columns: [[1, 1, 1, 1]], labels: labels))
    for (value, wanted) in zip(try model.prediction(row: [1]), expected) { #expect(abs(value - wanted) < 1e-6) }
  }

  @Test("LT test_monotone_penalty: the first levels have no split on features with a direction")
  func monotonePenalty() throws {
    var random = RandomStream(seed: 12)
    let columns = (0..<3).map { _ in (0..<3000).map { _ in random.uniform() } }
    let labels = (0..<3000).map { row -> Double in
      let rising = 5 * columns[0][row] + sin(10 * columns[0][row])
      let step: Double = columns[2][row] > 0.5 ? 3 : 0
      return rising - 5 * columns[1][row] + step
    }
    let data = try TrainingData(columns: columns, labels: labels)
    let own = try options(
      .regression,
      ["max_depth": "5", "monotone_constraints": "1,-1,0", "monotone_penalty": "2", "num_iterations": "10"])
    let model = try Booster(own).train(data)
    for tree in model.trees where !tree.splitFeature.isEmpty {
      #expect(tree.splitFeature[0] == 2)
      for child in [tree.left[0], tree.right[0]] where child >= 0 { #expect(tree.splitFeature[Int(child)] == 2) }
    }
    // A penalty as large as the depth leaves such features out as long as another one has a split.
    var all = own
    all.monotonePenalty = 5
    var without = own
    (without.monotonePenalty, without.monotoneConstraints) = (0, [])
    let constant = [Double](repeating: 1, count: 3000)
    let alone = try Booster(without).train(
      TrainingData(columns: [constant, constant, columns[2]], labels: labels))
    let (first, other) = (try Booster(all).train(data).trees[0], alone.trees[0])
    #expect(first.splitFeature[0] == 2 && first.threshold[0] == other.threshold[0])
  }

  @Test("LT test_average_precision of one leaf: predictions stay within the labels")
  func singleLeaf() throws {
    let x = [[24, 1, 3, 4, 5, 6.0], [1, 2, 3, 4, 5, 6.0]]
    let y = [29.1, 30.2, 28.7, 31.0, 30.5, 29.9]
    let own = try options(.regression, ["extra_trees": "true", "min_data": "1", "min_data_in_bin": "1"])
    let values = try Booster(own).train(TrainingData(columns: x, labels: y)).predictions(x)
    let mean = values.reduce(0, +) / 6
    #expect((28.7...31.0).contains(mean))
  }

  @Test("XT test_hist_degenerate_case: few rows, a column without values, weights of zero")
  func degenerate() throws {
    let columns = [[Double.nan, .nan, .nan, .nan], [1, 2, 3, 4]]
    for base in [BoostingOptions.lightGBM, .xgboost, .symmetric] {
      var own = base
      (own.numIterations, own.minDataInLeaf) = (5, 0)
      let data = try TrainingData(columns: columns, labels: [1, 2, 3, 4], weights: [0, 0, 0, 1])
      #expect(try Booster(own).train(data).predictions(columns).allSatisfy(\.isFinite))
      let none = try TrainingData(columns: columns, labels: [1, 2, 3, 4], weights: [0, 0, 0, 0])
      #expect(try Booster(own).train(none).predictions(columns).allSatisfy(\.isFinite))
    }
  }

  @Test("infinite values have an order like any others")
  func infinite() throws {
    let x = (0..<200).map { [-Double.infinity, -1, 0, 1, .infinity][$0 % 5] }
    let y = (0..<200).map { [5, 4, 3, 2, 1.0][$0 % 5] }
    for base in [BoostingOptions.lightGBM, .xgboost] {
      var own = base
      (own.numIterations, own.learningRate, own.lambdaL2, own.minDataInLeaf) = (60, 0.5, 0, 1)
      let model = try Booster(own).train(TrainingData(columns: [x], labels: y))
      let values = try model.predictions([x])
      #expect(abs(values[0] - 5) < 0.3 && abs(values[4] - 1) < 1.3 && values.allSatisfy(\.isFinite))
    }
  }

  @Test("XT test_intercept: the start is the mean, and exact where all labels are equal")
  func intercepts() throws {
    var own = BoostingOptions.xgboost
    own.numIterations = 0
    let x = [[1, 2, 3, 4.0]]
    for (objective, labels) in [
      (.poisson, [1, 2, 3, 6]), (.gamma, [1, 2, 3, 6]), (.tweedie, [0, 2, 3, 6]), (.regression, [-1, 2, 3, 6]),
      (.binary, [0, 0, 0, 1]),
    ] as [(BoostingOptions.Objective, [Double])] {
      own.objective = objective
      let value = try Booster(own).train(TrainingData(columns: x, labels: labels)).prediction(row: [1])[0]
      #expect(isClose(value, labels.reduce(0, +) / 4, relative: 1e-5))
    }
  }

  @Test("XT run_parent_gain: the gain of a split in closed form")
  func parentGain() throws {
    var own = BoostingOptions.xgboost
    (own.numIterations, own.maxDepth, own.lambdaL2, own.boostFromAverage) = (1, 1, 0, false)
    let data = try TrainingData(columns: [[0, 0, 1, 1]], labels: [0, 0, 1, 1])
    // From 0: sums −0 and −2 of two rows each: 0²/2 + 2²/2 − 2²/4 = 1.
    #expect(abs(try Booster(own).train(data).trees[0].gain[0] - 1) < 1e-3)
  }

  @Test("XT interaction constraints: what stands alone moves all rows alike")
  func alone() throws {
    var random = RandomStream(seed: 14)
    let columns = (0..<3).map { _ in (0..<1000).map { _ in random.normal() } }
    let labels = (0..<1000).map { columns[0][$0] * columns[1][$0] * columns[2][$0] + columns[2][$0] }
    var own = BoostingOptions.xgboost
    (own.numIterations, own.maxDepth, own.interactionConstraints) = (12, 3, [[0, 1]])
    let model = try Booster(own).train(TrainingData(columns: columns, labels: labels))
    func moved(_ value: Double) throws -> [Double] {
      try model.predictions([columns[0], columns[1], [Double](repeating: value, count: 1000)])
    }
    let differences = zip(try moved(1), try moved(-1)).map { $0 - $1 }
    for difference in differences { #expect(abs(difference - differences[0]) < 1e-4) }
  }
}
