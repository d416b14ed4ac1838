#if Programs
import ArgumentParser
import Boosting
import Compute
import Evaluation
import Features
import Foundation
import Modeling
import ProgramSupport
import Synchronization
import TickData
import Tuning

/// How often the whole pipeline finds an edge where there is none, and where one was planted.
struct HonestyBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "honesty",
    abstract:
      "Runs search, training and verdict on markets of noise and of a planted signal, and counts what is found.",
    discussion: """
      Each seed makes a market, computes features, searches the options of a model of direction_5 on purged folds of the
      training rows, trains the best, and scores it on the last fifth. Four verdicts are counted: the permutation test
      of all this (labels shuffled in blocks of 100 rows a symbol, the search made again each time), the block-bootstrap
      interval of the AUC, the deflated Sharpe ratio of the best trial given all trials, and the probability of overfitting. On
      noise the share of "found" is the error rate, which should be near the nominal one; on the planted signal it is
      the power. Shares have 95 % intervals (Wilson).
      """)

  @Option(help: "Markets of each kind.") var seeds = 200
  @Option(help: "Ticks a market, those of all symbols.") var ticks = 3000
  @Option(help: "Symbols a market.") var symbols = 1
  @Option(help: "Strength of the planted signal.") var signal = 0.25
  @Option(
    help: "Shuffles of the permutation test; p is at least 1 / (shuffles + 1), so fewer than 19 can find nothing.")
  var shuffles = 19
  @Option(help: "Trials of a search.") var trials = 4
  @Option(help: "Most rounds of a model.") var rounds = 15
  @Option(help: "Threads; 0 for all processors.") var threads = 0
  @Option(help: "Write every seed's figures as CSV.") var output: String?

  /// What one market came to.
  private struct Verdict {
    let auc: ScoreInterval
    let pValue: Double
    let deflated: Double
    let overfitting: Double
  }

  func validate() throws {
    if let output { try requireWritable(output) }
    try require(seeds >= 1, "--seeds", seeds, "at least 1 is needed")
    try require(symbols >= 1, "--symbols", symbols, "at least 1 is needed")
    try require(ticks >= 1000 * symbols, "--ticks", ticks, "at least 1000 a symbol are needed")
    try require(shuffles >= 1, "--shuffles", shuffles, "at least 1 is needed")
    try require(trials >= 2, "--trials", trials, "at least 2 are needed")
    try require(rounds >= 1, "--rounds", rounds, "at least 1 is needed")
    try require(threads >= 0, "--threads", threads, "at least 0 is needed")
    try require(signal >= 0 && signal < 1, "--signal", signal, "at least 0 and below 1 is allowed")
  }

  func run() throws {
    var lines = ["market,seed,auc,auc_lower,auc_upper,p_value,deflated_sharpe,overfitting"]
    print(
      "\(seeds) markets of each kind, \(ticks) ticks each of \(counted(symbols, "symbol")), \(trials) trials, "
        + "\(counted(shuffles, "shuffle")); found: share of markets, 95 % interval"
    )
    print(
      pad("market", 10) + pad("mean AUC", 10) + pad("p <= 0.05", 24) + pad("AUC interval > 0.5", 24)
        + pad("DSR > 0.95", 24) + "mean PBO")
    print(
      pad("nominal", 10) + pad("0.5", 10) + pad("5 %", 24) + pad("2.5 %", 24) + pad("at most 5 %", 24) + "0.5")
    for (name, strength) in [("noise", 0), ("planted", signal)] {
      let verdicts = try verdicts(name, strength)
      for (seed, verdict) in verdicts.enumerated() {
        lines.append(
          "\(name),\(seed),\(verdict.auc.value),\(verdict.auc.lower),\(verdict.auc.upper),\(verdict.pValue),"
            + "\(verdict.deflated),\(verdict.overfitting)")
      }
      let overfitting = verdicts.map(\.overfitting).filter { !$0.isNaN }
      print(
        pad(name, 10) + pad(format(verdicts.map(\.auc.value).reduce(0, +) / Double(seeds), 4), 10)
          + pad(shuffles < 19 ? "-" : share(verdicts.count { $0.pValue <= 0.05 }), 24)
          + pad(share(verdicts.count { $0.auc.lower > 0.5 }), 24)
          + pad(share(verdicts.count { $0.deflated > 0.95 }), 24)
          + format(overfitting.reduce(0, +) / Double(max(1, overfitting.count)), 3))
    }
    if let output {
      try (lines.joined(separator: "\n") + "\n").write(toFile: output, atomically: true, encoding: .utf8)
    }
  }

  private func verdicts(_ name: String, _ strength: Double) throws -> [Verdict] {
    let count = threads == 0 ? WorkerPool.availableProcessors : threads
    let progress = Mutex((done: 0, line: ProgramSupport.Progress("honesty", total: seeds)))
    let results = parallelMap(count: seeds, threads: count) { seed in
      let result = Result { try verdict(UInt64(seed), strength) }
      progress.withLock { progress in
        progress.done += 1
        progress.line.update(progress.done, name)
      }
      return result
    }
    return try results.map { try $0.get() }
  }

  private func verdict(_ seed: UInt64, _ strength: Double) throws -> Verdict {
    var market = MarketOptions()
    market.ticks = ticks
    market.symbols = symbols
    market.setting = .noise
    market.signalStrength = strength
    market.seed = 1 + seed
    var configuration = try TrainingConfiguration(recipe: FeatureRecipe(lookbacks: [5, 20], calendar: market.calendar))
    configuration.targets = [try TargetConfiguration(named: "direction_5")]
    configuration.kinds = [.lightgbm]
    configuration.threads = 1
    var options = ModelKind.lightgbm.defaultOptions
    options.numIterations = rounds
    configuration.options = [.lightgbm: options]
    var tuning = try TuningConfiguration()
    tuning.trials = trials
    tuning.folds = .purged(try PurgedKFold(folds: 2))
    tuning.earlyStoppingRounds = 5
    configuration.tuning = tuning
    let trainer = ModelTrainer(configuration)
    let ticks = try SyntheticMarket(market).ticks()
    let bundle = try trainer.train(ticks)[0]
    let table = try configuration.recipe.features(of: ticks, threads: 1)
    let test = try trainer.permutationTest(table, shuffles: shuffles, seed: 1 + seed)
    guard let auc = bundle.scores[0].auc, let summary = bundle.tuning else {
      throw ValidationError("seed \(seed) has no score")
    }
    return Verdict(
      auc: auc, pValue: test.pValue, deflated: summary.deflatedSharpeRatio ?? .nan,
      overfitting: summary.overfitting?.probability ?? .nan)
  }

  /// A share with its Wilson interval.
  private func share(_ found: Int) -> String {
    let (n, p, z) = (Double(seeds), Double(found) / Double(seeds), 1.959963984540054)
    let centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    let half = z / (1 + z * z / n) * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
    return
      "\(format(100 * p, 1)) % (\(format(100 * max(0, centre - half), 1))...\(format(100 * min(1, centre + half), 1)))"
  }
}
#endif
