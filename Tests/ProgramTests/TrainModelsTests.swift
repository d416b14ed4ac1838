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
    // Programs that draw SVG know no variables of CSS.
    #expect(!picture.contains("var(") && picture.contains(" width=\""))
    let manifest = try Data(contentsOf: URL(fileURLWithPath: folder("ml_models/direction_5_lightgbm/manifest.json")))
    #expect(manifest.count < 100_000, "\(manifest.count)")
    #expect(FileManager.default.fileExists(atPath: folder("journals/direction_5_lightgbm.jsonl")))
    #expect(run.errors.contains("6 trials") && run.output.contains("deflated_sharpe"))
    // The study goes on where it was, unless it is another one.
    let search = ["--models", "lightgbm", "--optimize", "--trials", "8", "--timeout", "300", "--journals", "journals"]
    let ranges = ["--search", "num_leaves=4..32:log", "learning_rate=0.05..0.3:log", "feature_fraction=0.5,1.0"]
    let resumed = try ProgramRun("train-models", usual + search + ranges, in: folder)
    #expect(resumed.status == 0 && resumed.errors.contains("8 trials (6 from the journal)"), "\(resumed.errors)")
    let other = try ProgramRun("train-models", usual + search + ["--tuning-seed", "3"] + ranges, in: folder)
    #expect(other.status != 0 && other.errors.contains("the seed 0, not 3"), "\(other.errors)")
  }

  @Test(
    "options of the search that cannot be are refused",
    arguments: [
      (["--trials", "5"], "--optimize"), (["--optimize", "--trials", "0"], "--trials is 0"),
      (["--optimize", "--search", "num_leaves"], "'num_leaves' is no range"),
      (["--optimize", "--search", "max_bin=15..255"], "shapes the bins"),
      (["--optimize", "--search", "num_leafs=3..9"], "num_leafs"),
      (["--optimize", "--search", "objective=binary,regression"], "changes what trials are scored by"),
      (["--optimize", "--search", "metric=auc,binary_logloss"], "changes what trials are scored by"),
      (["--optimize", "--timeout", "0"], "--timeout is 0.0"),
      (["--embargo-seconds", "1e9"], "below 1e9"),
      (["--optimize", "--stepwise"], "--models lightgbm"),
      (["--optimize", "--tuning-metric", "aucc"], "'aucc'"),
    ])
  func refused(_ arguments: [String], _ part: String) throws {
    let run = try ProgramRun("train-models", usual + arguments, in: folder)
    #expect(run.status != 0 && run.errors.contains(part), "\(run.errors)")
  }
}
