import Boosting
import Compute
import Foundation
import TestSupport
import Testing

@Suite("features of categories")
struct CategoricalTests {
  /// What `Scripts/golden/make_golden.py trees` has written.
  struct Content: Decodable {
    struct Model: Decodable {
      let library: String
      let kind: String
      let label: String
      let parameters: [String: String]
      let text: String
      let scores: [Double]
      let train_scores: [Double]
      let rows: [[Double?]]?
    }
    let columns: [[Double?]]
    let binary: [Double]
    let real: [Double]
    let rows: [[Double?]]
    let models: [Model]

    var table: [[Double]] { columns.map { $0.map { $0 ?? .nan } } }
    func columns(of rows: [[Double?]]) -> [[Double]] {
      rows[0].indices.map { column in rows.map { $0[column] ?? .nan } }
    }
  }

  // Without its golden file the suite has nothing to say; the file is part of the package.
  static let content = try! Golden.read("trees.json", as: Content.self)
  static var originals: [Content.Model] { content.models.filter { $0.kind == "categorical" } }

  private static func options(_ model: Content.Model) throws -> BoostingOptions {
    var options = BoostingOptions.lightGBM
    options.objective = .binary
    options.numLeaves = 15
    options.numIterations = 12
    options.categoricalFeatures = [0, 1]
    for (name, value) in model.parameters { try options.set(name, to: value) }
    return options
  }

  @Test("models of the originals predict what they predict there, unseen and negative categories included")
  func readsOriginals() throws {
    for model in Self.originals {
      let own = try BoostingModel(text: model.text)
      let rows = Self.content.columns(of: model.rows ?? Self.content.rows)
      // LightGBM adds doubles in the same order; XGBoost adds in single precision.
      let tolerance = model.library == "lightgbm" ? 0 : 1e-5
      for (value, expected) in zip(try own.rawScores(rows), model.scores) {
        #expect(abs(value - expected) <= tolerance)
      }
      for (value, expected) in zip(try own.rawScores(Self.content.table), model.train_scores) {
        #expect(abs(value - expected) <= tolerance)
      }
    }
  }

  @Test("files keep the predictions in both formats, as far as they can say them")
  func roundTrips() throws {
    for model in Self.originals {
      let own = try BoostingModel(text: model.text)
      let rows = Self.content.columns(of: model.rows ?? Self.content.rows)
      let scores = try own.rawScores(rows)
      let again =
        model.library == "lightgbm"
        ? try BoostingModel(text: own.lightGBMText()) : try BoostingModel(text: own.xgboostJSON())
      #expect(try again.rawScores(rows) == scores)
      let folder = try ScratchFolder()
      let path = folder(model.library == "lightgbm" ? "model.txt" : "model.ubj")
      try own.write(to: path)
      #expect(try BoostingModel(contentsOf: path).rawScores(rows) == scores)
      if model.library == "lightgbm" {
        // Known categories keep their side in the other format; NaN goes right in both.
        let other = try BoostingModel(text: own.xgboostJSON(singlePrecisionInput: true))
        let table = Self.content.table.map { $0.map { Double(Float($0)) } }
        for (a, b) in zip(try own.rawScores(table), try other.rawScores(table)) { #expect(abs(a - b) < 1e-5) }
      }
    }
  }

  @Test("training as LightGBM gives LightGBM's trees")
  func trainsLikeLightGBM() throws {
    for model in Self.originals where model.library == "lightgbm" {
      let data = try TrainingData(columns: Self.content.table, labels: Self.content.binary)
      let own = try Booster(try Self.options(model)).train(data)
      let first = try BoostingModel(text: model.text)
      #expect(own.treeCount == first.treeCount)
      for (tree, expected) in zip(own.trees, first.trees) {
        #expect(tree.categories.map { $0?.members } == expected.categories.map { $0?.members })
        #expect(tree.splitFeature == expected.splitFeature && tree.left == expected.left)
        #expect(tree.leafCount == expected.leafCount)
      }
      // Sums of single-precision gradients against exact ones.
      for (value, expected) in zip(try own.rawScores(Self.content.table), model.train_scores) {
        #expect(abs(value - expected) < 1e-6)
      }
    }
  }

  @Test("level-wise a model fits as XGBoost's")
  func trainsLikeXGBoost() throws {
    let model = try #require(Self.originals.first { $0.library == "xgboost" })
    var options = BoostingOptions.xgboost
    options.objective = .binary
    (options.numIterations, options.maxDepth, options.categoricalFeatures) = (12, 4, [0, 1])
    let data = try TrainingData(columns: Self.content.table, labels: Self.content.binary)
    let own = try Booster(options).train(data)
    let loss = ValidationMetric.binaryLogLoss
    func value(_ scores: [Double]) -> Double {
      loss.value(scores: scores, labels: data.labels, weights: nil, options: options)
    }
    #expect(abs(value(try own.rawScores(data.table)) / value(model.train_scores) - 1) < 0.01)
    #expect(try BoostingModel(text: own.xgboostJSON()).rawScores(data.table) == own.rawScores(data.table))
  }

  @Test(
    "patterns of categories are learned exactly (LightGBM's test_engine cases)",
    arguments: [
      ([0, 1, 2, 3, 4, 5, 6, 7], [0, 1, 0, 1, 0, 1, 0, 1]),
      ([0, .nan, 0, .nan, 0, .nan], [0, 1, 0, 1, 0, 1]),
      ([1, 1, 1, 1, 1, 1, 2, 2], [1, 1, 1, 1, 1, 1, 0, 0]),
    ] as [([Double], [Double])])
  func patterns(values: [Double], labels: [Double]) throws {
    var options = BoostingOptions.lightGBM
    options.categoricalFeatures = [0]
    (options.numIterations, options.learningRate, options.boostFromAverage) = (1, 1, false)
    (options.minDataInLeaf, options.minSumHessianInLeaf, options.minDataInBin) = (1, 0, 1)
    (options.minDataPerGroup, options.catSmooth, options.catL2) = (1, 1, 0)
    let model = try Booster(options).train(TrainingData(columns: [values], labels: labels))
    for (value, label) in zip(try model.predictions([values]), labels) { #expect(abs(value - label) < 1e-12) }
  }

  @Test("models have the same bytes for any number of threads, with thousands of categories and every way to grow")
  func sameBytes() throws {
    var random = RandomStream(seed: 8)
    // Enough rows for threads to share them, and features with many categories in different blocks of eight.
    let rows = 18_000
    let categories = (0..<rows).map { _ in Double(random.index(below: 2500)) }
    let other = (0..<rows).map { _ in [0, 1, 2, 3, 4, -1, 2.5, -0.5, Double.nan][random.index(below: 9)] }
    let far = (0..<rows).map { _ in Double(random.index(below: 700)) }
    var columns = [categories, other]
    for _ in 2..<17 { columns.append((0..<rows).map { _ in random.normal() }) }
    columns.append(far)
    let labels = (0..<rows).map { row -> Double in
      let score = sin(categories[row]) + (other[row] == 2 ? 1 : 0) + (other[row] == -1 ? 0.7 : 0)
      return score + columns[2][row] * 0.3 + cos(far[row]) * 0.4 + random.normal() * 0.5 > 0.3 ? 1 : 0
    }
    let data = try TrainingData(columns: columns, labels: labels)
    for pairs in [
      [:], ["boosting": "dart", "skip_drop": "0"], ["bagging_fraction": "0.5", "bagging_freq": "1"],
      ["data_sample_strategy": "goss", "learning_rate": "0.5"], ["extra_trees": "true"], ["path_smooth": "3"],
      ["growth": "levelwise", "max_depth": "5", "num_leaves": "0", "max_cat_threshold": "64"],
    ] as [[String: String]] {
      var options = BoostingOptions.lightGBM
      options.objective = .binary
      options.categoricalFeatures = [0, 1, 17]
      (options.numIterations, options.numLeaves, options.minDataPerGroup, options.catSmooth) = (6, 15, 5, 1)
      options.learningRate = 0.3
      options.metrics = [.auc]
      for (name, value) in pairs { try options.set(name, to: value) }
      var models: Set<String> = []
      for threads in [1, 2, 3, 8] {
        options.numThreads = threads
        let model = try Booster(options).train(data, validation: data)
        models.insert(options.growth == .levelwise ? try model.xgboostJSON() : try model.lightGBMText())
        // What was scored in bins while training is what the model says of values.
        let own = ValidationMetric.auc.value(
          scores: try model.rawScores(data.table), labels: labels, weights: nil, options: options)
        #expect(abs(own - (model.history.last ?? 0)) < 1e-9)
        #expect(own > 0.7)
        let shares = try model.contributions(try NumericTable(columns: data.table.firstRows(20)))
        let scores = try model.rawScores(try NumericTable(columns: data.table.firstRows(20)))
        for row in 0..<20 {
          #expect(abs(shares[row * 19..<row * 19 + 19].reduce(0, +) - scores[row]) < 1e-9)
        }
      }
      #expect(models.count == 1)
    }
  }

  @Test("a binned dataset in a file keeps its categories")
  func files() throws {
    var options = try Self.options(Self.originals[0])
    options.minDataInBin = 1
    var columns = Self.content.table
    // More categories than a byte can name.
    columns[1] = columns[1].indices.map { Double($0 * 7 % 1000) }
    let data = try TrainingData(columns: columns, labels: Self.content.binary)
    let bins = try BinnedDataset(data, options)
    let folder = try ScratchFolder()
    try bins.write(to: folder("bins"))
    let mapped = try BinnedDataset(contentsOf: folder("bins"))
    let (own, again) = (try Booster(options).train(bins), try Booster(options).train(mapped))
    #expect(own == again)
    // Rows that come in blocks give the same.
    let builder = try BinnedDatasetBuilder(rowCount: 3000, sample: data.table, options)
    for start in [1500, 0] {
      let part = columns.map { Array($0[start..<start + 1500]) }
      try builder.write(
        try NumericTable(columns: part), labels: Array(data.labels[start..<start + 1500]), at: start)
    }
    #expect(try Booster(options).train(builder.finish()) == own)
  }

  @Test("a damaged file of bins of categories is refused: bins that are not there would be written beside the sums")
  func damagedBins() throws {
    var options = BoostingOptions.lightGBM
    (options.objective, options.categoricalFeatures, options.minDataInBin) = (.binary, [0, 1], 1)
    let columns = [(0..<900).map { Double($0 % 300) }, (0..<900).map { Double($0 % 10) }]
    let data = try TrainingData(columns: columns, labels: (0..<900).map { Double($0 % 2) })
    let folder = try ScratchFolder()
    try BinnedDataset(data, options).write(to: folder("bins"))
    let whole = try Data(contentsOf: URL(fileURLWithPath: folder("bins")))
    _ = try BinnedDataset(contentsOf: folder("bins"))
    // The last bytes are bins of two bytes; before them stand the columns of single bytes.
    for place in [whole.count - 1, whole.count - 1800 - 100] {
      var damaged = whole
      damaged[place] = 0xff
      try damaged.write(to: URL(fileURLWithPath: folder("damaged")))
      let error = #expect(throws: BoostingError.self) { try BinnedDataset(contentsOf: folder("damaged")) }
      #expect(error?.code == .badFile)
    }
  }

  @Test("extra-random trees draw among categories too")
  func extraTrees() throws {
    var options = try Self.options(Self.originals[0])
    let data = try TrainingData(columns: Array(Self.content.table[..<2]), labels: Self.content.binary)
    let plain = try Booster(options).train(data)
    options.extraTrees = true
    #expect(try Booster(options).train(data) != plain)
  }

  @Test("unsound options are refused with what is allowed")
  func refusals() throws {
    let data = try TrainingData(columns: Self.content.table, labels: Self.content.binary)
    for (name, value) in [
      ("categorical_feature", "4"), ("categorical_feature", "-1"), ("cat_l2", "-1"), ("max_cat_threshold", "0"),
      ("monotone_constraints", "1,0,0,0"), ("growth", "symmetric"),
    ] {
      var options = try Self.options(Self.originals[0])
      try options.set(name, to: value)
      #expect(throws: BoostingError.self) { try Booster(options).train(data) }
    }
  }
}

extension NumericTable {
  /// The columns of the first rows.
  fileprivate func firstRows(_ count: Int) -> [[Double]] {
    (0..<columnCount).map { Array(column($0)[..<count]) }
  }
}
