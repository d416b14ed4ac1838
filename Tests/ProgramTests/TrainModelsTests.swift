import Foundation
import TestSupport
import Testing

@Suite("train-models") struct TrainModelsTests {
  private let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
    let made = try ProgramRun(
      "generate-ticks", ["--count", "8000", "--signal", "0.3", "--output", "ticks.csv"], in: folder)
    try #require(made.status == 0, "\(made.errors)")
  }

  private let usual = ["--ticks", "ticks.csv", "--targets", "direction_5", "--rounds", "10", "--lookbacks", "5,20"]

  @Test("a search ends in a bundle, a summary, and a picture of its history")
  func optimize() throws {
    let run = try ProgramRun(
      "train-models",
      usual + ["--models", "lightgbm", "--optimize", "--trials", "6", "--timeout", "300", "--journals", "journals"]
        + ["--search", "num_leaves=4..32:log", "learning_rate=0.05..0.3:log", "feature_fraction=0.5,1.0"], in: folder)
    #expect(run.status == 0, "\(run.errors)")
    let lines = try String(contentsOfFile: folder("ml_models/model_summary.csv"), encoding: .utf8).split(
      separator: "\n")
    let heading = lines[0].split(separator: ",", omittingEmptySubsequences: false)
    let row = lines[1].split(separator: ",", omittingEmptySubsequences: false)
    #expect(row[try #require(heading.firstIndex(of: "tuning_trials"))] == "6")
    let picture = try String(contentsOfFile: folder("ml_models/tuning_direction_5_lightgbm.svg"), encoding: .utf8)
    #expect(picture.hasPrefix("<svg") && picture.contains("best"))
    #expect(FileManager.default.fileExists(atPath: folder("journals/direction_5_lightgbm.jsonl")))
    #expect(run.errors.contains("6 trials") && run.output.contains("deflated_sharpe"))
  }

  @Test(
    "options of the search that cannot be are refused",
    arguments: [
      (["--trials", "5"], "--optimize"), (["--optimize", "--trials", "0"], "--trials is 0"),
      (["--optimize", "--search", "num_leaves"], "'num_leaves' is no range"),
      (["--optimize", "--search", "max_bin=15..255"], "shapes the bins"),
      (["--optimize", "--search", "num_leafs=3..9"], "num_leafs"),
      (["--optimize", "--stepwise"], "--models lightgbm"),
      (["--optimize", "--tuning-metric", "aucc"], "'aucc'"),
    ])
  func refused(_ arguments: [String], _ part: String) throws {
    let run = try ProgramRun("train-models", usual + arguments, in: folder)
    #expect(run.status != 0 && run.errors.contains(part), "\(run.errors)")
  }
}
