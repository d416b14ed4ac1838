import Boosting
import Compute
import TestSupport
import Testing

@Suite("constraints on trees")
struct ConstraintTests {
  private static let columns: [[Double]] = {
    var random = RandomStream(seed: 8)
    return (0..<4).map { _ in (0..<2000).map { _ in random.normal() } }
  }()
  private static let labels: [Double] = {
    var random = RandomStream(seed: 9)
    return (0..<2000).map { row in
      0.5 * columns[0][row] + columns[1][row] * columns[2][row] + 0.8 * random.normal()
    }
  }()

  private func model(_ pairs: [String: String], growth: BoostingOptions.Growth = .leafwise) throws -> BoostingModel {
    var options = growth == .leafwise ? BoostingOptions.lightGBM : .xgboost
    options.numIterations = 30
    for (name, value) in pairs { try options.set(name, to: value) }
    return try Booster(options).train(try TrainingData(columns: Self.columns, labels: Self.labels))
  }

  /// Largest step against the direction when one feature of many rows goes up.
  private func worstStep(
    _ model: BoostingModel, feature: Int, direction: Double, missing: Int? = nil
  ) throws -> Double {
    var worst = 0.0
    for row in stride(from: 0, to: 2000, by: 40) {
      var values = Self.columns.map { $0[row] }
      if let missing { values[missing] = .nan }
      var last: Double?
      for step in -30...30 {
        values[feature] = Double(step) / 10
        let score = try model.rawScores(row: values)[0]
        if let last { worst = max(worst, direction * (last - score)) }
        last = score
      }
    }
    return worst
  }

  @Test(
    "predictions go only one way with a monotone feature", arguments: [BoostingOptions.Growth.leafwise, .levelwise])
  func monotone(_ growth: BoostingOptions.Growth) throws {
    let free = try model([:], growth: growth)
    #expect(try worstStep(free, feature: 0, direction: 1) > 0)
    let bound = try model(["monotone_constraints": "1,0,0,-1"], growth: growth)
    #expect(try worstStep(bound, feature: 0, direction: 1) <= 1e-12)
    #expect(try worstStep(bound, feature: 3, direction: -1) <= 1e-12)
  }

  @Test("bounds by neighbours hold as well, cost little, and do not depend on threads")
  func intermediate() throws {
    var random = RandomStream(seed: 15)
    // A feature with steps up and a sampled hole, beside one that goes down and two that twist both.
    let labels = Self.labels.indices.map { row -> Double in
      let (a, b, c) = (Self.columns[0][row], Self.columns[1][row], Self.columns[2][row])
      return a.rounded() + 2 * a * (c > 0 ? 1 : 0.2) - b * b.magnitude + c + 0.3 * random.normal()
    }
    for (growth, hasMissing) in [
      (BoostingOptions.Growth.leafwise, false), (.leafwise, true), (.levelwise, false), (.levelwise, true),
    ] {
      var columns = Self.columns
      for row in stride(from: 0, to: hasMissing ? 2000 : 0, by: 9) {
        (columns[0][row], columns[2][(row + 4) % 2000]) = (.nan, .nan)
      }
      let data = try TrainingData(columns: columns, labels: labels)
      var options = growth == .leafwise ? BoostingOptions.lightGBM : .xgboost
      (options.monotoneConstraints, options.numIterations) = ([1, -1, 0, 0], 20)
      func error(_ model: BoostingModel) throws -> Double {
        ValidationMetric.l2.value(
          scores: try model.rawScores(data.table), labels: labels, weights: nil, options: options)
      }
      let basic = try error(Booster(options).train(data))
      options.monotoneMethod = .intermediate
      var models: Set<BoostingModel> = []
      for threads in [1, 2, 3, 8] {
        options.numThreads = threads
        models.insert(try Booster(options).train(data))
      }
      let model = try #require(models.first)
      #expect(models.count == 1)
      for missing in [nil, 2] as [Int?] {
        #expect(try worstStep(model, feature: 0, direction: 1, missing: missing) <= 1e-12)
        #expect(try worstStep(model, feature: 1, direction: -1, missing: missing) <= 1e-12)
      }
      // Greedy trees promise nothing; what is less in the way must not cost much.
      let (own, allowed) = (try error(model), 1.3 * basic)
      #expect(own < allowed, "\(growth), missing values \(hasMissing)")
    }
  }

  @Test(
    "leaves that take percentiles cannot keep a direction: refused", arguments: ["regression_l1", "quantile", "mape"])
  func percentiles(objective: String) {
    #expect(throws: BoostingError.self) {
      try model(["monotone_constraints": "1,0,0,0", "objective": objective])
    }
  }

  @Test("features of different groups never stand on one way")
  func interactions() throws {
    for tree in try model(["interaction_constraints": "[0,1],[2,3]"]).trees {
      for features in ways(tree) {
        #expect(features.isSubset(of: [0, 1]) || features.isSubset(of: [2, 3]))
      }
    }
    #expect(try model([:]).trees.contains { ways($0).contains { $0.isSuperset(of: [1, 2]) } })
  }

  /// The features on each way from the root to a leaf.
  private func ways(_ tree: Tree) -> [Set<Int>] {
    var done: [Set<Int>] = []
    var open: [(Int32, Set<Int>)] = [(tree.splitFeature.isEmpty ? -1 : 0, [])]
    while let (node, features) = open.popLast() {
      guard node >= 0 else {
        done.append(features)
        continue
      }
      let next = features.union([Int(tree.splitFeature[Int(node)])])
      open += [(tree.left[Int(node)], next), (tree.right[Int(node)], next)]
    }
    return done
  }

  @Test("a leaf is pulled to its parent by the weight of path_smooth rows")
  func smoothing() throws {
    // Two even halves with means 0 and 1: the parent is 0.5, a leaf of 50 rows keeps 50 / (50 + 50) of its distance.
    let x = (0..<100).map { $0 < 50 ? 0.0 : 1 }
    var options = BoostingOptions.lightGBM
    options.numIterations = 1
    options.learningRate = 1
    options.numLeaves = 2
    options.pathSmooth = 50
    let data = try TrainingData(columns: [x], labels: x)
    let model = try Booster(options).train(data)
    #expect(isClose(try model.rawScores(row: [0])[0], 0.25, relative: 1e-9))
    #expect(isClose(try model.rawScores(row: [1])[0], 0.75, relative: 1e-9))
  }

  @Test("lists by feature that do not fit the data are refused, naming both numbers")
  func lengths() throws {
    for pair in [("monotone_constraints", "1,0"), ("max_bin_by_feature", "10"), ("interaction_constraints", "[0,9]")] {
      let error = #expect(throws: BoostingError.self) { try model([pair.0: pair.1]) }
      #expect(error?.code == .invalidOption)
    }
  }
}
