#if Programs
import ArgumentParser
import Boosting
import Compute
import Foundation
import ProgramSupport

/// What one training took and gave.
struct TrainerResult: Codable {
  var bin_seconds: Double
  var train_seconds: Double
  var peak_memory_bytes: Double
  var predict_seconds: Double
  var auc: Double
  var version: String
  var seed: UInt64?
}

/// One way to train: `boost`, or an original in a script.
struct TrainerProcess {
  let name: String
  var isPeer: Bool { !name.hasPrefix("tickboost") }

  static let all =
    [
      "tickboost-leafwise", "tickboost-levelwise", "lightgbm", "lightgbm-quantized", "xgboost-leafwise",
      "xgboost-levelwise", "hessboost-leafwise", "hessboost-levelwise",
    ].map { TrainerProcess(name: $0) }

  static func chosen(_ names: String?) throws -> [TrainerProcess] {
    guard let names else { return all }
    return try names.split(separator: ",").map { name in
      guard let trainer = all.first(where: { $0.name == name }) else {
        throw ValidationError("there is no trainer '\(name)'; \(all.map(\.name).joined(separator: ", ")) are")
      }
      return trainer
    }
  }

  /// Trains in a process of its own; nil where the original is not installed.
  func run(_ table: BenchmarkTable, in folder: String, threads: Int, python: String) throws -> TrainerResult? {
    isPeer
      ? try runPeer(table, folder, threads, python) : try runBoost(table, folder, threads)
  }

  private func runPeer(
    _ table: BenchmarkTable, _ folder: String, _ threads: Int, _ python: String
  ) throws -> TrainerResult? {
    let script = "Benchmarks/peers/boosting_peers.py"
    guard FileManager.default.fileExists(atPath: script) else {
      throw ValidationError("'\(script)' is not here; run the benchmarks in the package's folder")
    }
    let library = name.split(separator: "-")[0]
    // Whatever keeps it from being imported, it cannot be compared with.
    if (try? output(of: python, ["-c", "import \(library)"])) == nil {
      Console.note("benchmarks: \(library) is not installed; it is left out")
      return nil
    }
    let text = try output(
      of: python,
      [
        script, "--peer", name == "lightgbm" ? "lightgbm" : name, "--table", folder, "--rounds", String(table.rounds),
        "--threads", String(threads),
      ])
    let line = text.split(separator: "\n").last ?? ""
    return try JSONDecoder().decode(TrainerResult.self, from: Data(line.utf8))
  }

  private struct Report: Decodable {
    var bin_seconds: Double
    var train_seconds: Double
    var peak_memory_bytes: Double
  }

  private struct PredictReport: Decodable {
    var predict_seconds: Double
  }

  private func runBoost(_ table: BenchmarkTable, _ folder: String, _ threads: Int) throws -> TrainerResult {
    let boost = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path + "/boost"
    guard FileManager.default.isExecutableFile(atPath: boost) else {
      throw ValidationError("'\(boost)' is missing; build it first: swift build -c release")
    }
    let isLevelwise = name.hasSuffix("levelwise")
    let options =
      isLevelwise
      ? ["grow_policy=depthwise", "max_depth=6", "max_bin=256", "lambda=0", "min_child_weight=1e-3", "eta=0.1"]
      : ["num_leaves=63", "max_bin=255", "learning_rate=0.1"]
    let model = folder + (isLevelwise ? "/model.json" : "/model.txt")
    func report(_ arguments: [String]) throws -> Data {
      _ = try output(of: boost, arguments + ["--threads", String(threads), "--report", folder + "/report.json"])
      return try Data(contentsOf: URL(fileURLWithPath: folder + "/report.json"))
    }
    let trained = try JSONDecoder().decode(
      Report.self,
      from: report(
        ["train", "--quiet", "--data", folder + "/train.npy", "--label", folder + "/train-labels.npy"]
          + ["--model", model, "objective=binary", "num_iterations=\(table.rounds)"] + options))
    let predicted = try JSONDecoder().decode(
      PredictReport.self,
      from: report(
        ["predict", "--model", model, "--data", folder + "/test.npy", "--output", folder + "/predictions.npy"]))
    let scores = try NumericTable(npyFile: folder + "/predictions.npy").column(0)
    let labels = try NumericTable(npyFile: folder + "/test-labels.npy").column(0)
    return TrainerResult(
      bin_seconds: trained.bin_seconds, train_seconds: trained.train_seconds,
      peak_memory_bytes: trained.peak_memory_bytes, predict_seconds: predicted.predict_seconds,
      auc: areaUnderCurve(scores: scores, labels: labels), version: "this build")
  }
}

/// Runs a program and returns what it prints; its complaints go through.
func output(of program: String, _ arguments: [String]) throws -> String {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: program)
  process.arguments = arguments
  let pipe = Pipe()
  process.standardOutput = pipe
  try process.run()
  let data = pipe.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  guard process.terminationStatus == 0 else {
    throw ValidationError("'\(program) \(arguments.joined(separator: " "))' ended with \(process.terminationStatus)")
  }
  return String(decoding: data, as: UTF8.self)
}
#endif
