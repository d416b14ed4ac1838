import Boosting
import Evaluation
import Features
import Foundation
import Modeling
import TestSupport
import Testing
import TickData

@Suite("Ticks to bundles") struct ModelingTests {
  private func ticks(_ count: Int, signal: Double = 0, seed: UInt64 = 1) throws -> TickTable {
    var options = MarketOptions()
    options.ticks = count
    options.symbols = 2
    options.setting = .noise
    options.signalStrength = signal
    options.seed = seed
    return try SyntheticMarket(options).ticks()
  }

  private func configuration(_ targets: [String], rounds: Int = 30) throws -> TrainingConfiguration {
    var configuration = try TrainingConfiguration(recipe: FeatureRecipe(lookbacks: [5, 20], calendar: .nse))
    configuration.targets = try targets.map { try TargetConfiguration(named: $0) }
    for kind in ModelKind.allCases {
      var options = kind.defaultOptions
      options.numIterations = rounds
      configuration.options[kind] = options
    }
    return configuration
  }

  @Test("every kind of target trains with both kinds of models and reads back")
  func bundles() throws {
    let scratch = try ScratchFolder()
    let ticks = try ticks(6000, signal: 0.3)
    let bundles = try ModelTrainer(try configuration(["direction_5", "future_return_1", "return_bucket_5"])).train(
      ticks)
    #expect(bundles.count == 6)
    let features = try bundles[0].recipe.features(of: ticks)
    for bundle in bundles {
      let path = try bundle.write(to: scratch.path)
      let again = try ModelBundle(contentsOf: path)
      #expect(again.name == bundle.name && again.target == bundle.target && again.bounds == bundle.bounds)
      #expect(again.scores == bundle.scores && again.data == bundle.data && again.importances == bundle.importances)
      let a = try bundle.predictions(features)
      let b = try again.predictions(features)
      #expect(zip(a, b).allSatisfy { abs($0.prediction - $1.prediction) < 1e-9 })
      #expect((bundle.bounds != nil) == (bundle.target.kind == .returnBucket))
      // Written again in place of itself.
      try bundle.write(to: scratch.path)
    }
    #expect(try ModelBundle.all(in: scratch.path).map(\.name) == bundles.map(\.name).sorted())
    try ModelSummary(bundles).write(to: scratch.path)
    let summary = try String(contentsOfFile: scratch("model_summary.csv"), encoding: .utf8)
    #expect(summary.split(separator: "\n").count == 7)
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).count == 7)
  }

  @Test("one row predicts what the batch predicts")
  func oneRow() throws {
    let ticks = try ticks(3000, signal: 0.3)
    for bundle in try ModelTrainer(try configuration(["direction_5", "return_bucket_5"], rounds: 5)).train(ticks) {
      let features = try bundle.recipe.features(of: ticks)
      let batch = try bundle.predictions(features)
      for row in stride(from: 0, to: features.rowCount, by: 500) {
        #expect(try bundle.prediction(row: features.columns.indices.map { features[row, $0] }) == batch[row])
      }
    }
  }

  @Test("the planted signal is found near what it implies, and noise is not")
  func honesty() throws {
    var options = MarketOptions()
    options.setting = .noise
    options.signalStrength = 0.25
    let implied = try SyntheticMarket(options).impliedAUC(horizon: 5)
    let planted = try ModelTrainer(try configuration(["direction_5"], rounds: 60)).train(ticks(40_000, signal: 0.25))
    for bundle in planted {
      let auc = try #require(bundle.scores[0].auc)
      #expect(auc.lower > 0.52 && abs(auc.value - implied) < 0.03, "\(bundle.name) \(auc) \(implied)")
    }
    let noise = try ModelTrainer(try configuration(["direction_5"], rounds: 60)).train(ticks(40_000))
    for bundle in noise {
      let auc = try #require(bundle.scores[0].auc)
      #expect(auc.lower < 0.5 && 0.5 < auc.upper, "\(bundle.name) \(auc)")
    }
  }

  @Test("walk-forward scores every fold and keeps a model of all rows")
  func walkForward() throws {
    var configuration = try configuration(["direction_5"], rounds: 10)
    configuration.validation = .walkForward(try WalkForwardSplit(folds: 3))
    configuration.kinds = [.lightgbm]
    var steps: [Int] = []
    let bundle = try ModelTrainer(configuration).train(ticks(6000)) {
      steps.append($0.done)
      #expect($0.total == 4)
    }[0]
    #expect(steps == [0, 1, 2, 3])
    #expect(bundle.scores.count == 3)
    #expect(bundle.scores[0].trainRows < bundle.scores[2].trainRows)
  }

  @Test("the same ticks give the same bundle at any number of threads")
  func determinism() throws {
    let ticks = try ticks(5000, signal: 0.2)
    var versions: Set<String> = []
    for threads in [1, 2, 4] {
      var configuration = try configuration(["direction_1"], rounds: 15)
      configuration.threads = threads
      for bundle in try ModelTrainer(configuration).train(ticks) { versions.insert(bundle.modelVersion) }
    }
    #expect(versions.count == 2)
  }

  @Test("bundles whose parts do not fit are refused")
  func refused() throws {
    let scratch = try ScratchFolder()
    let bundles = try ModelTrainer(try configuration(["direction_5"], rounds: 3)).train(ticks(2000))
    let path = try bundles[0].write(to: scratch.path)
    func spoil(_ file: String, _ change: (String) -> String) throws {
      let name = "\(path)/\(file)"
      let text = try String(contentsOfFile: name, encoding: .utf8)
      try change(text).write(toFile: name, atomically: true, encoding: .utf8)
      #expect(throws: ModelingError.self, "\(file)") { try ModelBundle(contentsOf: path) }
      try text.write(toFile: name, atomically: true, encoding: .utf8)
      _ = try ModelBundle(contentsOf: path)
    }
    try spoil("model.txt") { $0.replacingOccurrences(of: "shrinkage=", with: "shrinkage=0") }
    try spoil("model.txt") { String($0.prefix(300)) }
    try spoil("manifest.json") { $0.replacingOccurrences(of: "\"direction\"", with: "\"return_bucket\"") }
    try spoil("manifest.json") { $0.replacingOccurrences(of: "\"version\" : 1", with: "\"version\" : 99") }
    try spoil("manifest.json") { $0.replacingOccurrences(of: "\"NSE\"", with: "NSE") }
    #expect(throws: ModelingError.self) { try ModelBundle(contentsOf: scratch("absent")) }
    #expect(throws: ModelingError.self) { try ModelBundle.all(in: scratch("absent")) }
    #expect(throws: ModelingError.self) { try bundles[0].write(to: "/proc/nowhere") }
  }

  @Test("too little data is said to be so")
  func tooLittle() throws {
    #expect { try ModelTrainer(try configuration(["direction_5"])).train(TickTable()) } throws: {
      ($0 as? ModelingError)?.code == .noData
    }
    #expect(throws: (any Error).self) { try ModelTrainer(try configuration(["direction_5"])).train(ticks(6)) }
  }
}
