#if Programs
import ArgumentParser
import Boosting
import Compute
import Foundation
import ProgramSupport

/// Trains `boost` and the originals in turn on made tables and prints how they compare.
struct BoostingBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "boosting",
    abstract: "Compares training with LightGBM, XGBoost and hessboost.",
    discussion: """
      Every trainer is a process of its own; they take turns, and medians count. The originals run from the virtual
      environment that Scripts/peers makes. Training has 63 leaves or a depth of 6, 255 bins, learning rate 0.1 and no L2.
      """)

  @Option(help: "Tables, with commas between them: \(BenchmarkTable.all.map(\.name).joined(separator: ", ")).")
  var tables = "100k,50k,1m"
  @Option(help: "Trainers, with commas between them; all without it.") var trainers: String?
  @Option(help: "Rounds of turns; medians of at least 3 are worth something.") var repeats = 3
  @Option(help: "Seeds of the tables, with commas between them: the AUCs are means over them, times of the first.")
  var seeds = "1"
  @Option(help: "Threads of every trainer.") var threads = WorkerPool.availableProcessors
  @Option(help: "Python of the virtual environment; Scripts/peers makes it where it is missing.")
  var python = ".peers/bin/python"
  @Option(help: "Also write everything as JSON to this file.") var json: String?
  @Option(help: "Folder for tables, which are left there for the next time; a temporary one without it.")
  var folder: String?

  func run() throws {
    let names = tables.split(separator: ",").map(String.init)
    let chosen = try names.map { name in
      guard let table = BenchmarkTable.all.first(where: { $0.name == name }) else {
        throw ValidationError(
          "there is no table '\(name)'; \(BenchmarkTable.all.map(\.name).joined(separator: ", ")) are")
      }
      return table
    }
    let seeds = try seeds.split(separator: ",").map { text in
      guard let seed = UInt64(text) else { throw ValidationError("'\(text)' in --seeds is not a whole number") }
      return seed
    }
    guard !seeds.isEmpty, repeats > 0 else { throw ValidationError("--seeds and --repeats need at least one") }
    let wanted = try TrainerProcess.chosen(trainers)
    if wanted.contains(where: \.isPeer) { try preparePeers() }
    let scratch = folder ?? NSTemporaryDirectory() + "tickboost-benchmark-\(getpid())"
    defer { if folder == nil { try? FileManager.default.removeItem(atPath: scratch) } }  // Only space is lost.
    var results: [TableResult] = []
    for table in chosen {
      let result = try compare(table, wanted, seeds: seeds, scratch: scratch)
      print(result.text())
      results.append(result)
    }
    if let json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
      try encoder.encode(results).write(to: URL(fileURLWithPath: json))
    }
  }

  private func compare(
    _ table: BenchmarkTable, _ trainers: [TrainerProcess], seeds: [UInt64], scratch: String
  ) throws -> TableResult {
    var runs: [String: [TrainerResult]] = [:]
    for (number, seed) in seeds.enumerated() {
      let place = "\(scratch)/\(table.name)-\(seed)"
      if !FileManager.default.fileExists(atPath: place + "/test-labels.npy") { try table.write(to: place, seed: seed) }
      // Other seeds serve the AUC alone.
      for turn in 0..<(number == 0 ? repeats : 1) {
        for trainer in trainers {
          Console.note("benchmarks: \(table.name), seed \(seed), turn \(turn + 1): \(trainer.name)")
          guard var result = try trainer.run(table, in: place, threads: threads, python: python) else { continue }
          result.seed = seed
          runs[trainer.name, default: []].append(result)
        }
      }
      if folder == nil { try FileManager.default.removeItem(atPath: place) }
    }
    return TableResult(
      table: table.name, rows: table.rows, columns: table.columns, rounds: table.rounds, threads: threads,
      trainers: trainers.compactMap { trainer in runs[trainer.name].map { TrainerSummary(trainer.name, $0) } })
  }

  /// Makes the environment of the originals if it is missing.
  private func preparePeers() throws {
    if FileManager.default.isExecutableFile(atPath: python) { return }
    guard python == ".peers/bin/python", FileManager.default.isExecutableFile(atPath: "Scripts/peers") else {
      throw ValidationError("there is no Python at '\(python)'; Scripts/peers makes an environment in .peers")
    }
    Console.note("benchmarks: making the environment of the originals in .peers")
    _ = try output(of: "Scripts/peers", [])
  }
}
#endif
