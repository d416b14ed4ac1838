import Boosting
import TestSupport
import Testing

@Suite("Objectives against the original libraries") struct ObjectiveTests {
  struct Golden: Decodable {
    struct Model: Decodable {
      let library: String
      let objective: String
      let label: String
      let weighted: Bool
      let text: String
      let predictions: [Double]
    }
    let columns: [[Double]]
    let positive: [Double]
    let share: [Double]
    let weights: [Double]
    let models: [Model]
  }

  let golden: Golden
  init() throws { golden = try TestSupport.Golden.read("objectives.json", as: Golden.self) }

  private func options(_ expected: Golden.Model) throws -> BoostingOptions {
    var options = expected.library == "lightgbm" ? BoostingOptions.lightGBM : .xgboost
    try options.set("objective", to: expected.objective)
    options.numIterations = 10
    if expected.library == "lightgbm" {
      (options.numLeaves, options.minDataInLeaf) = (7, 10)
      options.maxDeltaStep = expected.weighted ? 0.5 : 0
    } else {
      options.maxDepth = 3
    }
    return options
  }

  private func data(_ expected: Golden.Model) throws -> TrainingData {
    try TrainingData(
      columns: golden.columns, labels: expected.label == "share" ? golden.share : golden.positive,
      weights: expected.weighted ? golden.weights : nil)
  }

  /// LightGBM sums in doubles as we do; XGBoost in single precision: 1e-5.
  @Test("the originals' models predict as the originals do, link included", arguments: 0..<16)
  func reading(_ index: Int) throws {
    let expected = golden.models[index]
    let model = try BoostingModel(text: expected.text)
    let tolerance = expected.library == "lightgbm" ? 1e-12 : 1e-5
    #expect(largestDifference(try model.predictions(golden.columns), expected.predictions) < tolerance)
  }

  /// Labels and weights are in single precision there, gradients have 15 bits here in the choice of splits.
  @Test("training starts as LightGBM starts and predicts as it predicts", arguments: 0..<12)
  func lightGBM(_ index: Int) throws {
    let expected = golden.models[index]
    let model = try Booster(options(expected)).train(data(expected))
    let original = try BoostingModel(text: expected.text)
    #expect(model.trees[0].splitFeature == original.trees[0].splitFeature)
    #expect(model.trees[0].threshold == original.trees[0].threshold)
    #expect(largestDifference(model.trees[0].leafValue, original.trees[0].leafValue) < 1e-6)
    #expect(
      meanDifference(try model.predictions(golden.columns), expected.predictions) < 0.005, "\(expected.objective)")
  }

  /// Columns have few values, so the cuts are the same; XGBoost adds in single precision.
  @Test("training predicts as XGBoost predicts", arguments: 12..<16)
  func xgboost(_ index: Int) throws {
    let expected = golden.models[index]
    let model = try Booster(options(expected)).train(data(expected))
    let difference = meanDifference(try model.predictions(golden.columns), expected.predictions)
    #expect(difference < 0.005, "\(expected.objective): \(difference)")
  }

  @Test("round trips through both formats keep predictions, threads do not matter", arguments: 0..<16)
  func roundTrip(_ index: Int) throws {
    let expected = golden.models[index]
    var options = try options(expected)
    options.numThreads = 1
    let model = try Booster(options).train(data(expected))
    options.numThreads = 3
    #expect(try Booster(options).train(data(expected)).lightGBMText() == model.lightGBMText())
    let predictions = try model.predictions(golden.columns)
    let text = expected.library == "lightgbm" ? try model.lightGBMText() : try model.xgboostJSON()
    #expect(largestDifference(try BoostingModel(text: text).predictions(golden.columns), predictions) < 1e-6)
  }

  @Test("labels outside an objective's range are refused by name", arguments: ["poisson", "gamma", "cross_entropy"])
  func labels(_ objective: String) throws {
    var options = BoostingOptions.lightGBM
    try options.set("objective", to: objective)
    let booster = try Booster(options)
    let data = try TrainingData(columns: [[1, 2, 3]], labels: [0.5, -1, 1])
    let error = #expect(throws: BoostingError.self) { try booster.train(data) }
    #expect(error?.code == .invalidLabel && error?.message.contains("row 1") == true)
  }

  /// The level-α expectile e of {a, b} solves α(b − e) = (1 − α)(e − a): a + α(b − a).
  @Test("expectiles are those of the definition")
  func expectile() throws {
    var options = BoostingOptions.lightGBM
    options.objective = .expectile
    (options.alpha, options.learningRate, options.numIterations) = (0.8, 0.5, 60)
    (options.minDataInLeaf, options.minDataInBin) = (1, 1)
    let groups = (0..<40).map { Double($0 % 2) }
    let labels: [Double] = (0..<40).map { [0, 2, 1, 4][$0 % 4] }
    let model = try Booster(options).train(TrainingData(columns: [groups], labels: labels))
    let found = try model.predictions([[0, 1]])
    // The 15 bits and sign of a gradient in the choice of splits end training when both leaves are this close.
    #expect(largestDifference(found, [0.8, 3.6]) < 1e-4, "\(found)")
  }

  @Test("a format says a loss and its parameter, or another word, or refuses")
  func words() throws {
    let data = try TrainingData(columns: [(0..<60).map(Double.init)], labels: (0..<60).map { 1 + Double($0 % 7) })
    func model(_ objective: BoostingOptions.Objective) throws -> BoostingModel {
      var options = BoostingOptions.xgboost
      options.objective = objective
      (options.tweedieVariancePower, options.huberSlope, options.numIterations) = (1.25, 2.5, 2)
      return try Booster(options).train(data)
    }
    #expect(try model(.tweedie).xgboostJSON().contains(#""tweedie_variance_power":"1.25""#))
    #expect(try model(.poisson).xgboostJSON().contains(#""max_delta_step":"0.7""#))
    #expect(try BoostingModel(text: model(.pseudoHuber).xgboostJSON()).xgboostJSON().contains(#""huber_slope":"2.5""#))
    for objective in [BoostingOptions.Objective.huber, .fair, .expectile] {
      let error = #expect(throws: BoostingError.self) { try model(objective).xgboostJSON() }
      #expect(error?.code == .notExpressible && error?.message.contains(objective.rawValue) == true)
    }
    let expectile = try model(.expectile)
    #expect(try expectile.lightGBMText().contains("objective=custom\n"))
    let columns = [[0.0, 20, 59]]
    #expect(try BoostingModel(text: expectile.lightGBMText()).predictions(columns) == expectile.predictions(columns))
  }

  @Test("parameters outside their range and unknown objectives are refused by name")
  func parameters() throws {
    for (name, value) in [("fair_c", "0"), ("huber_slope", "-1"), ("tweedie_variance_power", "2"), ("alpha", "nan")] {
      var options = BoostingOptions.lightGBM
      try options.set(name, to: value)
      #expect(throws: BoostingError.self, "\(name)") { try options.validate() }
    }
    var options = BoostingOptions.lightGBM
    #expect(throws: BoostingError.self) { try options.set("objective", to: "hubert") }
    (options.objective, options.alpha) = (.expectile, 1)
    #expect(throws: BoostingError.self) { try options.validate() }
    var levelwise = BoostingOptions.xgboost
    try levelwise.set("alpha", to: "2")
    #expect(levelwise.lambdaL1 == 2 && levelwise.alpha == 0.9)
  }

  @Test("counts that are all zero are refused", arguments: [BoostingOptions.Objective.poisson, .tweedie])
  func zeros(_ objective: BoostingOptions.Objective) throws {
    var options = BoostingOptions.lightGBM
    options.objective = objective
    let booster = try Booster(options)
    let data = try TrainingData(columns: [[1, 2]], labels: [0, 0])
    #expect(throws: BoostingError.self) { try booster.train(data) }
  }

  private func meanDifference(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + abs($1.0 - $1.1) } / Double(a.count)
  }
}
