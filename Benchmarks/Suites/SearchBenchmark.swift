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
import TickStorage
import Tuning

/// A search for the options of a model on real ticks, in turns with Optuna and LightGBM.
struct SearchBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "search",
    abstract: "Searches the options of a LightGBM-style model of a target on ticks, in turns with Optuna and LightGBM.",
    discussion: """
      Ticks are cleaned and the standard features without those of quotes (96 columns) computed before the clock starts.
      The last fifth of each symbol's rows is left out, as train-models does; the rows before it are cut in two spans of
      time, trained on the first and scored on the second, purged. Both sides read the same tables of float32, bin them
      once, run the same number of trials over the same ranges with TPE, the median pruner after every round and early
      stopping, and have the same threads. After the clock has stopped, the model of the best trial is tested on the rows
      left out.
      """)

  @OptionGroup var input: TickOptions
  @Option(help: "Target.") var target = "direction_5"
  @Option(help: "Trials.") var trials = 50
  @Option(help: "Most rounds of a trial.") var rounds = 100
  @Option(help: "Rounds without a better score that end a trial.") var patience = 20
  @Option(help: "Threads.") var threads = 2
  @Option(help: "Trials that we run at once.") var parallel = 1
  @Option(help: "Turns, each with a seed of its own; medians are shown.") var repeats = 3
  @Option(help: "The first seed.") var seed = 0
  @Option(help: "Python with lightgbm and optuna.") var python = ".peers/bin/python"

  private struct PeerResult: Decodable {
    let seconds: Double
    let bin_seconds: Double
    let best: Double
    let tested: Double
    let pruned: Int
    let rounds: Int
    let peak_memory_bytes: Double
    let versions: String
  }

  private struct Result {
    let seconds: Double
    let best: Double
    /// The AUC of the best trial's model on the rows left out.
    let tested: Double
  }

  func run() throws {
    guard FileManager.default.isExecutableFile(atPath: python) else {
      throw ValidationError(
        "there is no program '\(python)'; Scripts/peers makes .peers, or name another with --python")
    }
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tickboost-search-\(getpid())").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }  // A leftover is the system's to clean.
    try writeTables(to: folder)
    var own: [Result] = []
    var theirs: [Result] = []
    print(
      pad("seed", 6) + pad("", 12) + pad("seconds", 10) + pad("best AUC", 12) + pad("tested", 12) + pad("pruned", 8)
        + "rounds")
    for seed in seed..<seed + repeats {
      // Each comes first in every other turn.
      if seed % 2 == 0 { own.append(try search(folder, seed: UInt64(seed))) }
      let text = try output(
        of: python,
        ["Benchmarks/peers/search_lightgbm.py", "--table", folder, "--trials", "\(trials)", "--rounds", "\(rounds)"]
          + ["--patience", "\(patience)", "--seed", "\(seed)", "--threads", "\(threads)"])
      let peer = try JSONDecoder().decode(
        PeerResult.self, from: Data((text.split(separator: "\n").last ?? "").utf8))
      theirs.append(Result(seconds: peer.seconds, best: peer.best, tested: peer.tested))
      line(seed, "peers", theirs.last!, peer.pruned, peer.rounds)
      if theirs.count == 1 { Console.note("peers: \(peer.versions)") }
      if seed % 2 == 1 { own.append(try search(folder, seed: UInt64(seed))) }
    }
    let (seconds, peerSeconds) = (median(own.map(\.seconds)), median(theirs.map(\.seconds)))
    print(
      "median seconds \(format(seconds, 1)) and \(format(peerSeconds, 1)): \(format(seconds / peerSeconds, 3)) times")
    print("median best AUC \(format(median(own.map(\.best)), 6)) and \(format(median(theirs.map(\.best)), 6))")
    print("median tested AUC \(format(median(own.map(\.tested)), 6)) and \(format(median(theirs.map(\.tested)), 6))")
  }

  private func search(_ folder: String, seed: UInt64) throws -> Result {
    func data(_ name: String) throws -> TrainingData {
      try TrainingData(
        table: NumericTable(npyFile: "\(folder)/\(name).npy"),
        labels: NumericTable(npyFile: "\(folder)/\(name)-labels.npy").column(0))
    }
    let fold = (train: try data("train"), validation: try data("test"))
    var options = BoostingOptions.lightGBM
    options.objective = .binary
    options.metrics = [.auc]
    options.numIterations = rounds
    options.earlyStoppingRounds = patience
    options.numThreads = threads
    let count = Atomic(0)
    let ((tuner, study), seconds) = try timed {
      let tuner = try BoostingTuner(options, space: .lightGBM, folds: FoldedDataset([fold], options))
      let study = try Study(direction: .maximize, space: .lightGBM, seed: seed)
      try tuner.optimize(
        study, trials: trials, parallel: parallel, onRound: { _, _, _ in count.add(1, ordering: .relaxed) })
      return (tuner, study)
    }
    guard let best = study.best, let value = best.value else { throw ValidationError("no trial ended") }
    let outer = try data("outer")
    let tuned = try Booster(tuner.options(of: best)).train(fold.train)
    let result = Result(
      seconds: seconds, best: value,
      tested: areaUnderCurve(scores: try tuned.rawScores(outer.table), labels: outer.labels))
    line(
      Int(seed), "TickBoost", result, study.trials.count { $0.state == .pruned }, count.load(ordering: .relaxed))
    return result
  }

  private func line(_ seed: Int, _ name: String, _ result: Result, _ pruned: Int, _ rounds: Int) {
    print(
      pad("\(seed)", 6) + pad(name, 12) + pad(format(result.seconds, 1), 10) + pad(format(result.best, 6), 12)
        + pad(format(result.tested, 6), 12) + pad("\(pruned)", 8) + "\(rounds)")
    fflush(nil)
  }

  /// Writes the rows that a search may see as both sides read them.
  private func writeTables(to folder: String) throws {
    let (ticks, _) = try input.cleaner().clean(try input.table())
    let recipe = try FeatureRecipe(calendar: try input.tradingCalendar(), includesQuotes: false)
    let table = try recipe.features(of: ticks, threads: threads)
    let target = try TargetConfiguration(named: target)
    guard target.classCount == 2 else { throw ValidationError("--target \(target.name); a direction is needed") }
    let values = target.values(of: table, calendar: recipe.calendar)
    let ends = target.endRows(of: table)
    func rows(_ isSeen: [Bool]?) throws -> LabelledRows {
      try LabelledRows(
        times: table.times,
        endTimes: ends.enumerated().map { row, end in
          values[row].isNaN || table.times[row] == Tick.noTime || isSeen?[row] == false
            ? nil : max(table.times[row], table.times[end])
        }, symbols: table.symbolIndices)
    }
    let outer = try HoldoutSplit().split(try rows(nil), endRows: ends.enumerated().map { values[$0].isNaN ? -1 : $1 })
    var isSeen = [Bool](repeating: false, count: table.rowCount)
    for row in outer.train { isSeen[row] = true }
    let fold = try WalkForwardSplit(folds: 1).split(try rows(isSeen))[0]
    for (name, numbers) in [("train", fold.train), ("test", fold.test), ("outer", outer.test)] {
      let columns = table.columns.count
      let values32 = try NpyWriter(path: "\(folder)/\(name).npy", shape: "\(numbers.count), \(columns)")
      for start in stride(from: 0, to: numbers.count, by: 10_000) {
        let block = numbers[start..<min(start + 10_000, numbers.count)]
        try values32.append(block.flatMap { row in (0..<columns).map { Float(table[row, $0]) } })
      }
      try values32.close()
      let labels = try NpyWriter(path: "\(folder)/\(name)-labels.npy", shape: "\(numbers.count),")
      try labels.append(numbers.map { Float(values[$0]) })
      try labels.close()
    }
    print(
      "\(target.name): \(format(fold.train.count)) training and \(format(fold.test.count)) scored rows, "
        + "\(table.columns.count) columns; \(trials) trials of at most \(rounds) rounds, \(threads) threads")
  }
}
#endif
