import Boosting
import Evaluation
import Features
import Foundation
import Modeling
import Synchronization
import TestSupport
import Testing
import TickData
import Tuning

@Suite("A search inside of training") struct SearchTests {
  private func ticks(_ signal: Double = 0.3) throws -> TickTable {
    var options = MarketOptions()
    options.ticks = 6000
    options.symbols = 2
    options.setting = .noise
    options.signalStrength = signal
    options.seed = 5
    return try SyntheticMarket(options).ticks()
  }

  private func configuration() throws -> TrainingConfiguration {
    var configuration = try TrainingConfiguration(recipe: FeatureRecipe(lookbacks: [5, 20], calendar: .nse))
    configuration.targets = [try TargetConfiguration(named: "direction_5")]
    configuration.kinds = [.lightgbm]
    for kind in ModelKind.allCases {
      configuration.options[kind] = kind.defaultOptions
      configuration.options[kind]?.numIterations = 15
    }
    var tuning = try TuningConfiguration()
    tuning.trials = 8
    configuration.tuning = tuning
    return configuration
  }

  /// What a search found, without its times.
  private func found(_ bundle: ModelBundle) throws -> [[String]] {
    let summary = try #require(bundle.tuning)
    return summary.trials.map { trial in
      ["\(trial.state) \(trial.value ?? .nan) \(trial.bestIteration ?? -1)"]
        + trial.parameters.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
    }
  }

  @Test("the search is blind to the rows that models are scored on", arguments: [true, false])
  func blind(_ isHoldout: Bool) throws {
    var configuration = try configuration()
    if !isHoldout { configuration.validation = .walkForward(try WalkForwardSplit(folds: 2)) }
    let ticks = try ticks()
    let times = ticks.series.flatMap(\.columns.times).sorted()
    // Prices of tested rows are turned upside down: what is learned from rows before them must stay as it is.
    let changed = TickTable(
      ticks.series.map { series in
        var series = series
        for row in 0..<series.count
        where isHoldout ? row >= series.count * 4 / 5 : series.columns.times[row] >= times[times.count / 3 + 1] {
          series.columns.prices[row] = 1e4 / series.columns.prices[row]
        }
        return series
      })
    let own = try ModelTrainer(configuration).train(ticks)[0]
    let other = try ModelTrainer(configuration).train(changed)[0]
    #expect(try found(own) == found(other))
    #expect(own.scores != other.scores)
  }

  @Test("the bundle holds the best trial's options, its summary is read back, and every kind of target is searched")
  func bundles() throws {
    let scratch = try ScratchFolder()
    var configuration = try configuration()
    configuration.targets = try ["direction_5", "future_return_5", "return_bucket_5"].map {
      try TargetConfiguration(named: $0)
    }
    configuration.kinds = [.lightgbm, .xgboost]
    configuration.tuning?.trials = 4
    configuration.tuning?.journals = scratch("journals")
    let told = Mutex<[String: Int]>([:])
    let bundles = try ModelTrainer(configuration).train(
      ticks(),
      onTuning: { step in
        if step.ended != nil { told.withLock { $0["\(step.target) \(step.kind)", default: 0] += 1 } }
      })
    #expect(told.withLock { $0.count } == 6 && told.withLock { $0.values.allSatisfy { $0 == 4 } })
    for bundle in bundles {
      let summary = try #require(bundle.tuning)
      #expect(summary.isLargerBetter == (bundle.target.kind == .direction))
      let best = try #require(summary.bestEntry)
      let values = summary.trials.filter { $0.state == "complete" }.compactMap(\.value)
      #expect(best.value == (summary.isLargerBetter ? values.max() : values.min()))
      #expect(try bundle.model.treeCount <= #require(best.bestIteration) * (bundle.target.classCount == 5 ? 5 : 1))
      // A trial that found no split always foretells the same, which has no ratio.
      #expect(!summary.sharpeRatios.isEmpty && summary.sharpeRatios.count <= values.count)
      #expect(try ModelBundle(contentsOf: bundle.write(to: scratch.path)).tuning == summary)
    }
    // The journals hold the searches, which are not made again.
    let again = try ModelTrainer(configuration).train(ticks())
    #expect(try zip(again, bundles).allSatisfy { try found($0) == found($1) && $0.modelVersion == $1.modelVersion })
    // Those of other data are refused, not gone on with.
    #expect(throws: TuningError.self) { try ModelTrainer(configuration).train(ticks(0.1)) }
    #expect(ModelSummary(bundles).rows.allSatisfy { $0.count == ModelSummary(bundles).rows[0].count })
  }

  @Test("the permutation test finds what was planted, searches anew for each shuffle, and is the same for any threads")
  func permutations() throws {
    var configuration = try configuration()
    configuration.tuning?.trials = 2
    configuration.options[.lightgbm]?.numIterations = 5
    let table = try configuration.recipe.features(of: ticks())
    func test(_ threads: Int) throws -> PermutationTest {
      configuration.threads = threads
      return try ModelTrainer(configuration).permutationTest(table, shuffles: 9)
    }
    let found = try test(1)
    #expect(try test(2) == found)
    #expect(found.pValue == 0.1 && found.score > 0.55)
    // Were the labels not shuffled, or only those that are trained on, scores would be as high or as varied as this one.
    #expect(found.shuffledScores.allSatisfy { abs($0 - 0.5) < 0.06 } && Set(found.shuffledScores).count == 9)
    configuration.targets = [try TargetConfiguration(named: "future_return_5")]
    #expect(try test(2).shuffledScores.count == 9)
    configuration.targets = []
    #expect(throws: ModelingError.self) { try test(1) }
  }

  @Test("a bundle of before there were searches is read")
  func older() throws {
    let scratch = try ScratchFolder()
    var configuration = try configuration()
    configuration.tuning = nil
    let path = try ModelTrainer(configuration).train(ticks())[0].write(to: scratch.path)
    #expect(!(try String(contentsOfFile: path + "/manifest.json", encoding: .utf8)).contains("tuning"))
    #expect(try ModelBundle(contentsOf: path).tuning == nil)
  }
}
