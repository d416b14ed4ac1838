import Boosting
import Compute
import Foundation
import TestSupport
import Testing

@Suite("boosting modes and sampling")
struct ModeTests {
  /// A binary table of 3,000 rows and 6 columns with missing values, the same every time.
  private static let data: TrainingData = {
    var random = RandomStream(seed: 5)
    let columns = (0..<6).map { _ in
      (0..<3000).map { _ in
        let value = random.normal()
        return random.uniform() < 0.05 ? Double.nan : value
      }
    }
    let labels = (0..<3000).map { row -> Double in
      let score = (columns[0][row].isNaN ? 1 : columns[0][row]) + 0.7 * columns[1][row].magnitude
      return score.isNaN || score + 0.5 * random.normal() > 0.6 ? 1 : 0
    }
    return try! TrainingData(columns: columns, labels: labels)
  }()

  private static func options(_ pairs: [String: String]) throws -> BoostingOptions {
    var options = BoostingOptions.lightGBM
    options.objective = .binary
    options.numIterations = 25
    options.numLeaves = 15
    for (name, value) in pairs { try options.set(name, to: value) }
    return options
  }

  static let modes: [[String: String]] = [
    ["boosting": "dart", "drop_rate": "0.4", "skip_drop": "0.2"],
    ["boosting": "dart", "xgboost_dart_mode": "true", "uniform_drop": "true", "skip_drop": "0"],
    ["boosting": "rf", "bagging_fraction": "0.6", "bagging_freq": "1"],
    ["boosting": "rf", "feature_fraction": "0.5"],
    ["data_sample_strategy": "goss", "learning_rate": "0.3"],
    ["data_sample_strategy": "mvs", "subsample": "0.4"],
    ["pos_bagging_fraction": "0.5", "neg_bagging_fraction": "0.8", "bagging_freq": "2"],
    ["feature_fraction_bynode": "0.5", "feature_fraction": "0.9"],
    ["colsample_bylevel": "0.5", "growth": "levelwise", "max_depth": "5", "num_leaves": "0"],
    ["boosting": "dart", "growth": "levelwise", "max_depth": "4", "num_leaves": "0", "skip_drop": "0"],
    ["monotone_constraints": "1,0,0,-1,0,0"], ["path_smooth": "20"], ["extra_trees": "true"],
    ["interaction_constraints": "[0,1],[2,3,4,5]"], ["max_bin_by_feature": "10,20,30,40,50,60"],
    ["is_unbalance": "true"], ["scale_pos_weight": "2.5"], ["class_weight": "1,3"],
  ]

  @Test("every mode learns, and its model has the same bytes for any number of threads", arguments: modes)
  func sameBytes(_ mode: [String: String]) throws {
    var options = try Self.options(mode)
    options.metrics = [.auc]
    var texts: Set<String> = []
    for threads in [1, 2, 3, 8] {
      options.numThreads = threads
      let model = try Booster(options).train(Self.data, validation: Self.data)
      texts.insert(try model.lightGBMText())
      // What was scored while training is what the model says.
      let own = ValidationMetric.auc.value(
        scores: try model.rawScores(Self.data.table), labels: Self.data.labels, weights: nil, options: options)
      let last = try #require(model.history.last)
      #expect(isClose(own, last, relative: 1e-6))
      #expect(own > 0.8)
      let again = try BoostingModel(text: model.lightGBMText())
      #expect(try again.rawScores(Self.data.table) == model.rawScores(Self.data.table) || !isLeafwise(options))
    }
    #expect(texts.count == 1)
  }

  /// Level-wise models keep the intercept apart, which LightGBM's text folds into the first tree.
  private func isLeafwise(_ options: BoostingOptions) -> Bool { options.growth == .leafwise }

  @Test("GOSS and MVS keep the sums of gradients on average")
  func weighedSums() throws {
    // With one leaf's worth of rows drawn and weighed up, a tree's values stay near those of all rows.
    let full = try Booster(try Self.options(["num_iterations": "8", "learning_rate": "0.5"])).train(Self.data)
    for sampling in ["goss", "mvs"] {
      let options = try Self.options([
        "data_sample_strategy": sampling, "num_iterations": "8", "learning_rate": "0.5", "subsample": "0.5",
      ])
      let scores = try Booster(options).train(Self.data).rawScores(Self.data.table)
      let expected = try full.rawScores(Self.data.table)
      let mean = zip(scores, expected).reduce(0) { $0 + $1.0 - $1.1 } / Double(scores.count)
      #expect(abs(mean) < 0.15, "\(sampling): \(mean)")
    }
  }

  @Test("training that goes on from a model keeps its rounds and lowers the loss")
  func continuing() throws {
    let options = try Self.options(["num_iterations": "10"])
    let first = try Booster(options).train(Self.data)
    let loaded = try BoostingModel(text: first.lightGBMText())
    let both = try Booster(options).train(Self.data, continuing: loaded, validation: Self.data)
    #expect(both.iterationCount == 20)
    let old = try first.rawScores(Self.data.table)
    #expect(try both.rounds(0..<10).rawScores(Self.data.table) == old)
    let new = try both.rounds(10..<20).rawScores(Self.data.table)
    let sum = try both.rawScores(Self.data.table)
    #expect(zip(zip(old, new), sum).allSatisfy { isClose($0.0 + $0.1, $1, relative: 1e-12) })
    let loss = { (scores: [Double]) in
      ValidationMetric.binaryLogLoss.value(
        scores: scores, labels: Self.data.labels, weights: nil, options: options)
    }
    #expect(loss(sum) < loss(old))
    #expect(isClose(try #require(both.history.last), loss(sum), relative: 1e-9))
    var other = options
    other.objective = .regression
    #expect(throws: BoostingError.self) { try Booster(other).train(Self.data, continuing: loaded) }
  }

  @Test("contributions add up to the raw score", arguments: [["num_leaves": "15"], modes[2]])
  func contributions(_ mode: [String: String]) throws {
    let model = try Booster(try Self.options(mode)).train(Self.data)
    let rows = Self.data.table.rows(Array(0..<50))
    let shares = try model.contributions(rows)
    let scores = try model.rawScores(rows)
    for row in 0..<50 {
      #expect(isClose(shares[row * 7..<row * 7 + 7].reduce(0, +), scores[row], relative: 1e-9, floor: 1e-6))
    }
  }

  @Test("percentiles by weight: the median of 2...5 with weights 4...1 is 2 1/3")
  func weightedMedian() throws {
    var options = BoostingOptions.lightGBM
    options.objective = .absoluteError
    options.numIterations = 1
    let data = try TrainingData(columns: [[0, 0, 0, 0]], labels: [2, 3, 4, 5], weights: [4, 3, 2, 1])
    let model = try Booster(options).train(data)
    #expect(isClose(try model.rawScores(row: [0])[0], 2 + 1.0 / 3, relative: 1e-12))
  }
}

@Suite("losses and metrics from outside, and refitting")
struct OutsideTests {
  private static let x: [[Double]] = {
    var random = RandomStream(seed: 12)
    return (0..<3).map { _ in (0..<1200).map { _ in random.normal() } }
  }()
  private static let data = try! TrainingData(columns: x, labels: (0..<1200).map { x[0][$0] * 2 + abs(x[1][$0]) })

  @Test("a squared error from outside gives the trees of the one inside, and a metric is called each round")
  func outside() throws {
    var options = BoostingOptions.lightGBM
    options.numIterations = 12
    options.boostFromAverage = false
    let inside = try Booster(options).train(Self.data, validation: Self.data)
    options.objective = .custom
    let objective = CustomObjective { scores, labels in
      (zip(scores, labels).map { $0 - $1 }, labels.map { _ in 1 })
    }
    let metric = CustomMetric(name: "mean", isLargerBetter: false) { scores, labels, _ in
      zip(scores, labels).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / Double(labels.count)
    }
    let model = try Booster(options, objective: objective, metrics: [metric]).train(Self.data, validation: Self.data)
    #expect(try model.rawScores(Self.data.table) == inside.rawScores(Self.data.table))
    #expect(model.metricHistory.count == 2)
    #expect(zip(model.metricHistory[0], model.metricHistory[1]).allSatisfy { isClose($0, $1, relative: 1e-9) })
    #expect(try BoostingModel(text: model.lightGBMText()).objective == .custom)
    #expect(throws: BoostingError.self) { try Booster(options) }
    let short = CustomObjective { scores, _ in (scores, []) }
    #expect(throws: BoostingError.self) { try Booster(options, objective: short).train(Self.data) }
  }

  @Test("settings that are not there are taken at the originals' defaults only; brackets must close")
  func namedButAbsent() throws {
    var options = BoostingOptions.lightGBM
    for (name, value) in [
      ("reg_sqrt", "false"), ("forcedsplits_filename", ""), ("cegb_tradeoff", "1.0"), ("num_parallel_tree", "1"),
      ("early_stopping_round", "-1"), ("interaction_constraints", "[0,1],[2]"),
    ] {
      try options.set(name, to: value)
    }
    #expect(options.earlyStoppingRounds == 0 && options.interactionConstraints == [[0, 1], [2]])
    for (name, value) in [
      ("reg_sqrt", "true"), ("forcedsplits_filename", "s.json"), ("cegb_tradeoff", "2"), ("num_parallel_tree", "4"),
      ("interaction_constraints", "[0,1],[2"),
    ] {
      #expect(throws: BoostingError.self) { try options.set(name, to: value) }
    }
    options.numClass = 3
    #expect(throws: BoostingError.self) { try options.validate() }
    #expect(
      BoostingOptions.withParameterNames("numLeaves is 1 in 'numLeaves.csv' of XGBoost's numIterations, not howMuch")
        == "num_leaves is 1 in 'numLeaves.csv' of XGBoost's num_iterations, not howMuch")
  }

  @Test("several scores a row from outside: the softmax of three classes gives the trees of the one inside")
  func severalScores() throws {
    var options = BoostingOptions.lightGBM
    (options.objective, options.numClass, options.numIterations) = (.multiclass, 3, 8)
    options.boostFromAverage = false
    let labels = (0..<1200).map { Double(Int(abs(Self.x[0][$0] + Self.x[1][$0]) * 2) % 3) }
    let data = try TrainingData(columns: Self.x, labels: labels)
    let inside = try Booster(options).train(data)
    options.objective = .custom
    let softmax = CustomObjective { scores, labels in
      let rows = labels.count
      var (gradients, hessians) = (scores, scores)
      for row in 0..<rows {
        let own = (0..<3).map { scores[$0 * rows + row] }
        let powers = own.map { exp($0 - own.max()!) }
        for k in 0..<3 {
          let p = powers[k] / powers.reduce(0, +)
          gradients[k * rows + row] = p - (Int(labels[row]) == k ? 1 : 0)
          hessians[k * rows + row] = max(1.5 * p * (1 - p), 1e-16)
        }
      }
      return (gradients, hessians)
    }
    var rounds = 0
    let size = CustomMetric(name: "scores", isLargerBetter: true) { scores, labels, _ in
      Double(scores.count / labels.count)
    }
    let model = try Booster(options, objective: softmax, metrics: [size]).train(data, validation: data) { progress in
      rounds += 1
      return progress.scores == [3]
    }
    #expect(rounds == 8 && model.scoresPerRow == 3)
    #expect(try model.rawScores(data.table) == inside.rawScores(data.table))
    let read = try BoostingModel(text: model.lightGBMText())
    #expect(read.objective == .custom && read.scoresPerRow == 3)
    #expect(try read.rawScores(data.table) == model.rawScores(data.table))
    #expect(throws: BoostingError.self) { try model.xgboostJSON() }
    // Without a metric as well; and no metric of one score a row fits.
    let plain = try Booster(options, objective: softmax).train(data, validation: data)
    #expect(plain.history.isEmpty && plain.bestIteration == nil)
    #expect(try plain.rawScores(data.table) == inside.rawScores(data.table))
    #expect(throws: BoostingError.self) { try plain.permutationImportance(data) }
    options.metrics = [.l2]
    #expect(throws: BoostingError.self) { try Booster(options, objective: softmax) }
  }

  @Test("refitting with decay 1 changes nothing; with decay 0 on the training rows it gives the values again")
  func refit() throws {
    var options = BoostingOptions.lightGBM
    options.numIterations = 10
    options.boostFromAverage = false
    let model = try Booster(options).train(Self.data)
    let scores = try model.rawScores(Self.data.table)
    #expect(try model.refitted(on: Self.data, options, decay: 1).rawScores(Self.data.table) == scores)
    let again = try model.refitted(on: Self.data, options, decay: 0).rawScores(Self.data.table)
    // Gradients are single precision, so that the sums of both ways differ by rounding only.
    #expect(zip(again, scores).allSatisfy { isClose($0, $1, relative: 1e-5, floor: 1e-6) })
    let other = try TrainingData(columns: Self.x, labels: Self.data.labels.map { -$0 })
    let turned = try model.refitted(on: other, options, decay: 0).rawScores(Self.data.table)
    #expect(zip(turned, scores).allSatisfy { isClose($0, -$1, relative: 1e-5, floor: 1e-6) })
    #expect(throws: BoostingError.self) { try model.refitted(on: Self.data, options, decay: 2) }
  }
}
