import Boosting
import Compute
import Synchronization
import TestSupport
import Testing

/// Scores that training adds up from bins, eight rows at a time or one by one, beside walks down the trees by value.
@Suite("validation rows scored by their bins") struct BinnedScorerTests {
  /// Numbers with and without missing values, columns that share bytes, few and many categories.
  private static func data(_ rowCount: Int, seed: UInt64) throws -> TrainingData {
    var random = RandomStream(seed: seed)
    var columns = [[Double]](repeating: [], count: 7)
    var labels: [Double] = []
    for _ in 0..<rowCount {
      let row = [
        random.normal(), random.uniform() < 0.2 ? .nan : random.normal(), Double(random.index(below: 2)),
        random.uniform() < 0.1 ? .nan : Double(random.index(below: 5)), Double(random.index(below: 7)),
        Double(random.index(below: 400)), Double(random.index(below: 40)),
      ]
      for (column, value) in row.enumerated() { columns[column].append(value) }
      let few = row[4] == 2 || row[4] == 5 ? 1.0 : 0
      labels.append(
        row[0] + (row[1].isNaN ? 1 : row[1] * row[2]) + (row[3].isNaN ? 2 : row[3] / 2) + few + wave(row[5], period: 7)
          + wave(row[6], period: 3) + 0.1 * random.normal())
    }
    return try TrainingData(columns: columns, labels: labels)
  }

  /// 1 for values in the upper part of a period, else -1.
  private static func wave(_ value: Double, period: Double) -> Double {
    value.truncatingRemainder(dividingBy: period) > period / 2 ? 1 : -1
  }

  enum Kind: String, CaseIterable, Sendable {
    case small, large, categories, wideCategories, linear, levelwise, symmetric, dart
  }

  @Test("are those of the walks by value, row by row", arguments: Kind.allCases)
  func equalsWalk(_ kind: Kind) throws {
    var options: BoostingOptions = kind == .levelwise ? .xgboost : kind == .symmetric ? .symmetric : .lightGBM
    options.numIterations = 8
    options.numThreads = 2
    options.metrics = []
    options.numLeaves = kind == .large ? 300 : 15
    options.minDataInLeaf = kind == .large ? 1 : 20
    if kind == .categories { options.categoricalFeatures = [4, 6] }
    if kind == .wideCategories {
      options.categoricalFeatures = [4, 5]
      // Some ten rows a category.
      (options.catSmooth, options.minDataPerGroup) = (1, 5)
    }
    if kind == .linear { options.linearTree = true }
    if kind == .dart { options.boosting = .dart }
    // Numbers of rows that are no multiple of eight nor of a thread's share.
    let (train, validation) = (try Self.data(3001, seed: 1), try Self.data(4103, seed: 2))
    let seen = Mutex<[Double]>([])
    let metric = CustomMetric(name: "scores", isLargerBetter: true) { scores, _, _ in
      seen.withLock { $0 = scores }
      return 0
    }
    let model = try Booster(options, metrics: [metric]).train(train, validation: validation)
    #expect(model.treeCount == 8)
    let expected = try model.rawScores(validation.table)
    let scores = seen.withLock { $0 }
    // Sums of eight numbers in two orders, and a base score that the model holds in its first tree.
    #expect(largestDifference(scores, expected) < 1e-12)
    #expect(Set(scores).count > 30)
    let parted = model.trees.flatMap { tree in tree.categories.indices.filter { tree.categories[$0] != nil } }
    #expect(parted.isEmpty == !kind.rawValue.lowercased().contains("categories"))
    if kind == .wideCategories { #expect(model.trees.contains { $0.splitFeature.contains(5) }) }
    if kind == .large { #expect(model.trees[0].leafValue.count == 300) }
  }

  @Test(
    "in training, of rows in the bag and outside of it, are the model's own", arguments: [Kind.small, .wideCategories])
  func bagged(_ kind: Kind) throws {
    var options = BoostingOptions.lightGBM
    options.objective = .custom
    options.metrics = []
    options.numIterations = 6
    options.numThreads = 2
    (options.subsample, options.baggingFrequency) = (0.6, 1)
    if kind == .wideCategories {
      options.categoricalFeatures = [5]
      (options.catSmooth, options.minDataPerGroup) = (1, 5)
    }
    // More rows than a thread's share.
    let data = try Self.data(9003, seed: 3)
    let seen = Mutex<[Double]>([])
    let objective = CustomObjective { scores, labels in
      seen.withLock { $0 = scores }
      return (zip(scores, labels).map(-), [Double](repeating: 1, count: labels.count))
    }
    _ = try Booster(options, objective: objective).train(data)
    // The sixth round was asked with the scores of five.
    options.numIterations = 5
    let asked = seen.withLock { $0 }
    let model = try Booster(options, objective: objective).train(data)
    #expect(largestDifference(asked, try model.rawScores(data.table)) < 1e-12)
    #expect(Set(asked).count > 30 && model.treeCount == 5)
    if kind == .wideCategories { #expect(model.trees.contains { $0.splitFeature.contains(5) }) }
  }
}
