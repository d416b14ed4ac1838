import Boosting
import Evaluation
import Features
import Foundation
import Modeling
import TestSupport
import Testing
import TickData

@Suite("Evaluation of bundles") struct BundleEvaluationTests {
  private func ticks(_ count: Int, signal: Double = 0.3, seed: UInt64 = 1, day: Int64 = 18_757) throws -> TickTable {
    var options = MarketOptions()
    options.ticks = count
    options.symbols = 2
    options.setting = .noise
    options.signalStrength = signal
    options.seed = seed
    options.firstDay = day
    return try SyntheticMarket(options).ticks()
  }

  private func bundle(_ target: String, _ ticks: TickTable) throws -> ModelBundle {
    var configuration = try TrainingConfiguration(recipe: FeatureRecipe(lookbacks: [5], calendar: .nse))
    configuration.targets = [try TargetConfiguration(named: target)]
    configuration.kinds = [.lightgbm]
    var options = ModelKind.lightgbm.defaultOptions
    options.numIterations = 15
    options.numLeaves = 8
    configuration.options[.lightgbm] = options
    return try ModelTrainer(configuration).train(ticks)[0]
  }

  private func options(folds: Int = 3) throws -> EvaluationOptions {
    var options = try EvaluationOptions()
    options.method = .walkForward(try WalkForwardSplit(folds: folds))
    options.resamples = 30
    options.explainedRows = 200
    options.repeats = 2
    options.features = 3
    return options
  }

  @Test("scores of the folds are those of the trainer with the same options and split")
  func sameAsTraining() throws {
    let ticks = try ticks(6000)
    let own = try bundle("direction_5", ticks)
    let found = try ModelEvaluator(options()).evaluate(own, ticks)
    var configuration = try TrainingConfiguration(recipe: own.recipe)
    configuration.targets = [own.target]
    configuration.kinds = [.lightgbm]
    let kept: BoostingOptions = try #require(own.options)
    configuration.options[.lightgbm] = kept
    configuration.validation = .walkForward(try WalkForwardSplit(folds: 3))
    let trained = try ModelTrainer(configuration).train(ticks)[0].scores
    #expect(found.folds.count == 3 && found.warnings.isEmpty)
    // The ticks that it was judged on are those that it was trained on.
    #expect(found.configuration.contains("\"evaluatedTicks\" : \"\(own.data.fingerprint)\""))
    for (fold, other) in zip(found.folds, trained) {
      func value(_ name: String) -> Double { fold.scores.first { $0.name == name }?.interval.value ?? .nan }
      #expect(fold.testRows == other.testRows && fold.trainRows == other.trainRows)
      #expect(isClose(value("auc"), other.auc?.value ?? .nan, relative: 1e-12))
      #expect(isClose(value("log_loss"), other.logLoss ?? .nan, relative: 1e-9))
      #expect(isClose(value("accuracy"), other.accuracy ?? .nan, relative: 1e-12))
      #expect(isClose(value("mcc"), other.confusion?.matthewsCorrelation ?? .nan, relative: 1e-9))
    }
    #expect(found.predictions.rows == found.predictions.rows.sorted())
    #expect(found.predictions.rows.count == found.folds.reduce(0) { $0 + $1.testRows })
  }

  @Test(
    "fast scores of all rows are the library's own", arguments: ["direction_5", "future_return_5", "return_bucket_5"])
  func scores(_ target: String) throws {
    let ticks = try ticks(5000)
    let found = try ModelEvaluator(options()).evaluate(bundle(target, ticks), ticks)
    let (labels, values) = (found.predictions.labels, found.predictions.values)
    let whole = labels.map { Int($0) }
    let expected: [String: Double]
    switch target {
    case "direction_5":
      expected = [
        "auc": try rocAUC(labels: labels, scores: values),
        "log_loss": try logLoss(labels: whole, probabilities: values),
        "brier": try brierScore(labels: whole, probabilities: values),
        "average_precision": try PrecisionRecallCurve(labels: labels, scores: values).averagePrecision,
        "accuracy": found.confusion?.accuracy ?? .nan, "mcc": found.confusion?.matthewsCorrelation ?? .nan,
      ]
    case "future_return_5":
      let ic = try InformationCoefficient(predictions: values, outcomes: labels)
      let errors = try RegressionScores(labels: labels, predictions: values)
      expected = ["ic": ic.mean, "rank_ic": ic.rankMean, "r2": errors.r2, "rmse": errors.rmse, "mae": errors.mae]
    default:
      expected = [
        "auc_ovr": try rocAUCOneVersusRest(labels: whole, scores: values, classes: 5),
        "log_loss": try logLoss(labels: whole, probabilities: values, classes: 5),
        "accuracy": found.confusion?.accuracy ?? .nan,
        "top_2_accuracy": try topKAccuracy(labels: whole, scores: values, classes: 5),
      ]
    }
    #expect(Set(found.scores.map(\.name)) == Set(expected.keys))
    for score in found.scores {
      #expect(isClose(score.interval.value, expected[score.name] ?? .nan, relative: 1e-9), "\(score)")
      #expect(score.interval.lower <= score.interval.value && score.interval.value <= score.interval.upper)
    }
  }

  @Test("the verdict is the same for any number of threads, and costs are never in favour")
  func threads() throws {
    let ticks = try ticks(4000)
    let own = try bundle("direction_5", ticks)
    func verdict(_ threads: Int) throws -> ModelEvaluation {
      var options = try options(folds: 2)
      options.threads = threads
      return try ModelEvaluator(options).evaluate(own, ticks)
    }
    let (one, two) = (try verdict(1), try verdict(2))
    #expect(
      one.folds == two.folds && one.scores == two.scores)
    #expect(try #require(one.explanation).importances == #require(two.explanation).importances)
    #expect(one.backtest.withCosts == two.backtest.withCosts)
    // As texts, for a column that does not vary has a NaN.
    #expect("\(one.drift)" == "\(two.drift)" && one.drift.count > 20)
    let backtest = one.backtest
    #expect((backtest.withCosts.equity.last ?? 0) < (backtest.withoutCosts.equity.last ?? 0))
    #expect(backtest.withCosts.costs > 0 && backtest.withoutCosts.costs == 0 && backtest.withCosts.fills > 10)
    // Without a position nothing changes.
    var none = try options(folds: 2)
    none.threshold = 2
    let idle = try ModelEvaluator(none).evaluate(own, ticks)
    #expect(idle.backtest.withCosts.fills == 0 && idle.backtest.withCosts.equity.allSatisfy { $0 == 1_000_000 })
    #expect(idle.backtest.numbers["psr"]?.isNaN == true)
  }

  @Test("more trials make the same Sharpe ratio less likely to be skill")
  func trials() throws {
    let ticks = try ticks(4000)
    let own = try bundle("direction_5", ticks)
    var options = try options(folds: 2)
    options.backtest = .free
    options.trials = 1
    let one = try ModelEvaluator(options).evaluate(own, ticks).backtest
    options.trials = 1000
    let many = try ModelEvaluator(options).evaluate(own, ticks).backtest
    #expect(one.numbers["dsr"] == one.numbers["psr"] && one.trials == 1 && many.trials == 1000)
    #expect((many.numbers["dsr"] ?? 1) < (one.numbers["dsr"] ?? 0))
  }

  @Test("without training anew only later rows are predicted, and their predictions are the bundle's")
  func laterRows() throws {
    let before = try ticks(4000)
    let own = try bundle("direction_5", before)
    var options = try options()
    options.method = .laterRows
    let error = #expect(throws: ModelingError.self) { try ModelEvaluator(options).evaluate(own, before) }
    #expect(error?.code == .noData)
    let after = try ticks(2000, seed: 2, day: 18_800)
    let found = try ModelEvaluator(options).evaluate(own, after)
    #expect(found.configuration.components(separatedBy: own.data.fingerprint).count == 2)
    let table = try own.recipe.features(of: after)
    #expect(found.folds.count == 1 && found.folds[0].trainRows == nil && found.drift.isEmpty)
    #expect(found.folds[0].firstTime > own.data.lastTime)
    let all = try own.predictions(table).map { $0.probabilities[1] }
    #expect(found.predictions.values == found.predictions.rows.map { all[$0] })
  }

  @Test("a bundle keeps the options it was trained with; an older one without them is still read, and says so")
  func storedOptions() throws {
    let scratch = try ScratchFolder()
    let ticks = try ticks(3000)
    let own = try bundle("direction_5", ticks)
    let path = try own.write(to: scratch.path)
    let read = try #require(try ModelBundle(contentsOf: path).options)
    #expect(read.numIterations == 15 && read.numLeaves == 8 && read.objective == .binary && read == own.options)
    let file = URL(fileURLWithPath: "\(path)/manifest.json")
    var manifest = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
    var fields = try #require(manifest["options"] as? [String: Any])
    // As if the option had been added later.
    fields["numLeaves"] = nil
    manifest["options"] = fields
    try JSONSerialization.data(withJSONObject: manifest).write(to: file)
    #expect(try ModelBundle(contentsOf: path).options?.numLeaves == BoostingOptions().numLeaves)
    manifest["options"] = nil
    try JSONSerialization.data(withJSONObject: manifest).write(to: file)
    let older = try ModelBundle(contentsOf: path)
    #expect(older.options == nil && older.trials == nil)
    let found = try ModelEvaluator(options(folds: 2)).evaluate(older, ticks)
    #expect(found.warnings.count == 1 && found.configuration.contains("\"boostingIsAssumed\" : true"))
  }

  @Test("a report of every kind of target names its models and has no number that is none", arguments: [1, 3])
  func report(_ count: Int) throws {
    let ticks = try ticks(4000)
    let evaluations = try ["direction_5", "future_return_5", "return_bucket_5"].prefix(count).map {
      try ModelEvaluator(options(folds: 2)).evaluate(bundle($0, ticks), ticks)
    }
    let html = HTMLReport(evaluations).html()
    for own in evaluations { #expect(html.contains("<h2>\(own.name)</h2>")) }
    #expect(!html.contains(">nan<") && !html.contains(">NaN<") && !html.contains(">inf<"))
    #expect(html.components(separatedBy: "<svg").count > 15 * count)
    #expect(html.contains("&quot;numIterations&quot; : 15"))
    let sheet = evaluations[0].scoreSheet
    #expect(
      sheet.scores == evaluations[0].scores && sheet.backtest["turnover"] == evaluations[0].backtest.withCosts.turnover)
  }

  @Test("options out of range are refused")
  func refused() throws {
    for change in [
      { $0.threshold = -1 }, { $0.resamples = 5 }, { $0.trials = 0 }, { $0.positionShare = 0 }, { $0.confidence = 1 },
      { $0.explainedRows = 10 }, { $0.repeats = 0 }, { $0.features = 0 }, { $0.clusterDistance = 2 },
      { $0.threads = -1 },
    ] as [(inout EvaluationOptions) -> Void] {
      var options = try EvaluationOptions()
      change(&options)
      let error = #expect(throws: ModelingError.self) { try ModelEvaluator(options) }
      #expect(error?.code == .invalidOption)
    }
  }

  @Test("the guide's statements run")
  func guide() throws {
    let ticks = try ticks(4000)
    let scratch = try ScratchFolder()
    try bundle("direction_5", ticks).write(to: scratch.path)
    try FileManager.default.moveItem(atPath: scratch("direction_5_lightgbm"), toPath: scratch("own"))
    let (folder, report) = (scratch("own"), scratch("report.html"))

    // guide
    let bundle = try ModelBundle(contentsOf: folder)
    var options = try EvaluationOptions()  // five walk-forward folds, costs on
    options.backtest.feeRate = 0.00002
    options.trials = 40  // configurations tried before this one
    let evaluation = try ModelEvaluator(options).evaluate(bundle, ticks)
    print(evaluation.scores[0].interval, evaluation.backtest.numbers["dsr"] ?? .nan)
    try HTMLReport([evaluation]).write(to: report)
    // end

    #expect(FileManager.default.fileExists(atPath: report))
    let source = try String(contentsOfFile: #filePath, encoding: .utf8)
    let start = try #require(source.range(of: "    // guide\n"))
    let end = try #require(source.range(of: "    // end\n"))
    let statements = source[start.upperBound..<end.lowerBound].split(separator: "\n").map {
      $0.trimmingCharacters(in: .whitespaces)
    }
    let guide = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Docs/Guide-Evaluation.md")
    let text = try String(contentsOf: guide, encoding: .utf8)
    #expect(text.contains("```swift\n" + statements.joined(separator: "\n") + "\n```"))
  }

  @Test("blocks hold the rows of all symbols in time, twenty horizons where they fit")
  func blocks() throws {
    let columns = try #require(ticks(2000).series.first).columns
    let market = TickTable(try ["B", "A"].map { try TickSeries(symbol: $0, columns: columns) })
    let table = try FeatureRecipe(lookbacks: [5], calendar: .nse).features(of: market)
    let half = table.rowCount / 2
    // Both symbols' last ten trades, the second symbol's first.
    let rows = Array(table.rowCount - 10..<table.rowCount) + (half - 10..<half)
    let found = TimeBlocks(rows, table, horizon: 5)
    let times = found.order.map { table.times[rows[$0]] }
    #expect(times == times.sorted() && Set(found.order) == Set(0..<20))
    for pair in stride(from: 0, to: 20, by: 2) where Set(times).count == 10 {
      #expect(found.order[pair] + 10 == found.order[pair + 1])
    }
    #expect(found.length == 40)
    #expect(TimeBlocks([], table, horizon: 5).length == 1 && TimeBlocks([3], table, horizon: 5).order == [0])
    func length(_ rows: Int, _ symbols: Int, _ horizon: Int) -> Int {
      TimeBlocks.length(rows: rows, symbols: symbols, horizon: horizon)
    }
    #expect(length(100_000, 3, 10) == 600 && length(100_000, 3, 1) == 300)
    // A fifth, but four horizons: of 600 rows there are no two blocks of these.
    #expect(length(600, 1, 20) == 120 && length(600, 1, 100) == 400 && length(4, 1, 5) == 20)
  }

  @Test("three copies of a symbol say no more than one, and their intervals are as wide")
  func copies() throws {
    func market(_ ticks: TickTable, _ names: [String]) throws -> TickTable {
      let columns = try #require(ticks.series.first).columns
      return TickTable(try names.map { try TickSeries(symbol: $0, columns: columns) })
    }
    let own = try bundle("direction_5", ticks(6000))
    let later = try ticks(6000, seed: 2, day: 18_857)
    var options = try options()
    options.method = .laterRows
    options.resamples = 400
    func scores(_ names: [String]) throws -> [ScoreInterval] {
      try ModelEvaluator(options).evaluate(own, market(later, names)).scores.map(\.interval)
    }
    let (one, three) = (try scores(["A"]), try scores(["A", "B", "C"]))
    #expect(one.count == 6)
    for (one, three) in zip(one, three) {
      #expect(isClose(one.value, three.value, relative: 1e-9))
      // Symbol after symbol, copies would be taken for three times as much: a width of 0.58. Widths of 400 samples scatter by some 5 %.
      #expect(0.8...1.25 ~= (three.upper - three.lower) / (one.upper - one.lower))
    }
  }
}
