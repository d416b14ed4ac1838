import Boosting
import Compute
import TestSupport
import Testing

@Suite("symmetric trees")
struct SymmetricTests {
  private static let columns: [[Double]] = {
    var random = RandomStream(seed: 41)
    return (0..<4).map { column in
      (0..<800).map { _ in column == 2 && random.index(below: 5) == 0 ? .nan : Double(random.index(below: 9)) }
    }
  }()
  private static let labels: [Double] = {
    var random = RandomStream(seed: 42)
    return (0..<800).map { row in
      let third = columns[2][row].isNaN ? 6 : columns[2][row]
      return columns[0][row] * third / 9 + (columns[1][row] > 4 ? 2 : 0) + random.normal()
    }
  }()

  private func data() throws -> TrainingData { try TrainingData(columns: Self.columns, labels: Self.labels) }

  private struct Question: Hashable, Comparable {
    var feature: Int
    var threshold: Double
    var missingLeft: Bool

    func isLeft(_ row: Int) -> Bool {
      let value = SymmetricTests.columns[feature][row]
      return value.isNaN ? missingLeft : value <= threshold
    }

    static func < (a: Question, b: Question) -> Bool { (a.feature, a.threshold) < (b.feature, b.threshold) }
  }

  /// The questions of a first tree by trying all of them on all leaves: squared error, every row's hessian 1.
  private func naive(depth: Int, minData: Int) -> [Question] {
    let mean = Self.labels.reduce(0, +) / 800
    let gradients = Self.labels.map { mean - $0 }
    var leaves: [[Int]] = [Array(0..<800)]
    var asked: [Question] = []
    for _ in 0..<depth {
      var best: (gain: Double, question: Question)?
      for feature in 0..<4 {
        for threshold in 0..<9 {
          for missingLeft in [true, false] {
            let question = Question(feature: feature, threshold: Double(threshold) + 0.5, missingLeft: missingLeft)
            let gain = leaves.reduce(0) { $0 + (self.gain($1, question, gradients, minData) ?? 0) }
            if gain > (best?.gain ?? 0) * (1 + 1e-9) { best = (gain, question) }
          }
        }
      }
      guard let question = best?.question else { break }
      asked.append(question)
      leaves = leaves.flatMap { leaf in
        gain(leaf, question, gradients, minData) == nil
          ? [] : [leaf.filter(question.isLeft), leaf.filter { !question.isLeft($0) }]
      }
    }
    return asked
  }

  private func gain(_ leaf: [Int], _ question: Question, _ gradients: [Double], _ minData: Int) -> Double? {
    func part(_ rows: [Int]) -> Double {
      let sum = rows.reduce(0) { $0 + gradients[$1] }
      return sum * sum / Double(rows.count)
    }
    let left = leaf.filter(question.isLeft)
    let right = leaf.filter { !question.isLeft($0) }
    guard min(left.count, right.count) >= max(1, minData) else { return nil }
    return part(left) + part(right) - part(leaf)
  }

  @Test("every level asks the question that a search of all questions finds", arguments: [1, 20, 60])
  func matchesNaive(_ minData: Int) throws {
    var options = BoostingOptions.symmetric
    options.maxDepth = 4
    options.minDataInLeaf = minData
    options.numIterations = 1
    let model = try Booster(options).train(try data())
    let tree = model.trees[0]
    let expected = naive(depth: 4, minData: minData)
    var levels: [Set<Question>] = []
    func walk(_ node: Int, _ depth: Int) {
      if levels.count == depth { levels.append([]) }
      // A direction for missing values means something only where the feature has some.
      let feature = Int(tree.splitFeature[node])
      let isLeft = feature == 2 && tree.defaultLeft[node]
      levels[depth].insert(
        Question(feature: feature, threshold: tree.threshold[node].rounded(.down) + 0.5, missingLeft: isLeft))
      for child in [tree.left[node], tree.right[node]] where child >= 0 { walk(Int(child), depth + 1) }
    }
    walk(0, 0)
    #expect(levels.count == expected.count)
    for (level, question) in zip(levels, expected) {
      var wanted = question
      if wanted.feature != 2 { wanted.missingLeft = false }
      #expect(level == [wanted])
    }
  }

  @Test("the same bytes for any number of threads, with sampling and several classes")
  func threads() throws {
    var options = BoostingOptions.symmetric
    (options.objective, options.numClass, options.numIterations) = (.multiclass, 3, 8)
    (options.subsample, options.baggingFrequency, options.featureFractionByLevel) = (0.7, 1, 0.7)
    let classes = Self.labels.map { $0 < 1 ? 0.0 : $0 < 3 ? 1 : 2 }
    let data = try TrainingData(columns: Self.columns, labels: classes)
    var texts: Set<String> = []
    for threads in [1, 2, 3, 8] {
      options.numThreads = threads
      texts.insert(try Booster(options).train(data).lightGBMText())
    }
    #expect(texts.count == 1)
  }

  @Test("leaves are limited by whole levels; what it cannot do is refused")
  func limits() throws {
    var options = BoostingOptions.symmetric
    options.numIterations = 3
    options.minDataInLeaf = 1
    options.numLeaves = 11
    let model = try Booster(options).train(try data())
    #expect(model.trees.allSatisfy { $0.leafValue.count <= 11 && $0.leafValue.count >= 2 })
    for name in ["extra_trees=true", "path_smooth=1", "max_depth=0", "monotone_constraints=1,0,0,0"] {
      var refused = BoostingOptions.symmetric
      let parts = name.split(separator: "=")
      try refused.set(String(parts[0]), to: String(parts[1]))
      #expect(throws: BoostingError.self) { try Booster(refused).train(try data()) }
    }
  }
}

@Suite("datasets of blocks")
struct BuilderTests {
  @Test(
    "blocks from several threads in any order give the dataset of the whole", arguments: BoostingOptions.Growth.allCases
  )
  func blocks(_ growth: BoostingOptions.Growth) async throws {
    var random = RandomStream(seed: 3)
    let columns = (0..<11).map { _ in (0..<5000).map { _ in random.index(below: 9) == 0 ? .nan : random.normal() } }
    let labels = (0..<5000).map { columns[0][$0].isNaN ? 1 : columns[0][$0] }
    let weights = (0..<5000).map { 1 + Double($0 % 3) }
    var options = growth == .levelwise ? BoostingOptions.xgboost : growth == .symmetric ? .symmetric : .lightGBM
    options.numIterations = 5
    let whole = try TrainingData(columns: columns, labels: labels, weights: weights)
    let builder = try BinnedDatasetBuilder(rowCount: 5000, sample: whole.table, hasWeights: true, options)
    #expect(throws: BoostingError.self) { try builder.finish() }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for start in stride(from: 0, to: 5000, by: 700).reversed() {
        group.addTask {
          let range = start..<min(start + 700, 5000)
          try builder.write(
            NumericTable(columns: columns.map { Array($0[range]) }), labels: Array(labels[range]),
            weights: Array(weights[range]), at: start)
        }
      }
      try await group.waitForAll()
    }
    let block = try NumericTable(columns: columns.map { Array($0[0..<10]) })
    #expect(throws: BoostingError.self) {
      try builder.write(block, labels: Array(labels[0..<10]), weights: Array(weights[0..<10]), at: 4000)
    }
    let built = try builder.finish()
    #expect(throws: BoostingError.self) { try builder.finish() }
    let direct = try BinnedDataset(whole, options)
    #expect(try Booster(options).train(built).lightGBMText() == Booster(options).train(direct).lightGBMText())
  }

  @Test("rows outside, twice, of other width or without their weights are refused")
  func refusals() throws {
    let block = try NumericTable(columns: [[1, 2, 3], [4, 5, 6]])
    let builder = try BinnedDatasetBuilder(rowCount: 6, sample: block, .lightGBM)
    try builder.write(block, labels: [1, 2, 3], at: 2)
    for first in [-1, 0, 1, 3, 4, 5, .max] {
      #expect(throws: BoostingError.self) { try builder.write(block, labels: [1, 2, 3], at: first) }
    }
    let narrow = try NumericTable(columns: [[1, 2]])
    #expect(throws: BoostingError.self) { try builder.write(narrow, labels: [1, 2], at: 0) }
    let two = try NumericTable(columns: [[1, 2], [3, 4]])
    #expect(throws: BoostingError.self) { try builder.write(two, labels: [1, 2], weights: [1, 1], at: 0) }
    #expect(throws: BoostingError.self) { try builder.write(two, labels: [1, .nan], at: 0) }
    try builder.write(two, labels: [1, 2], at: 0)
    try builder.write(NumericTable(columns: [[1], [2]]), labels: [7], at: 5)
    #expect(try builder.finish().labels == [1, 2, 1, 2, 3, 7])
  }
}
