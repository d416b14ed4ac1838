import Foundation
import TestSupport
import Testing

@Suite("evaluate-models") struct EvaluateModelsTests {
  private let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
    let made = try ProgramRun(
      "generate-ticks", ["--count", "4000", "--signal", "0.3", "--symbols", "2", "--output", "ticks.csv"], in: folder)
    try #require(made.status == 0, "\(made.errors)")
    let trained = try ProgramRun(
      "train-models",
      [
        "--ticks", "ticks.csv", "--calendar", "NSE", "--targets", "direction_5,future_return_1", "--models", "lightgbm",
        "--rounds", "10", "--lookbacks", "5", "--output", "models",
      ], in: folder)
    try #require(trained.status == 0, "\(trained.errors)")
  }

  @Test("a folder of bundles becomes one report, a file of scores and a table")
  func whole() throws {
    let run = try ProgramRun(
      "evaluate-models",
      [
        "--bundle", "models", "--ticks", "ticks.csv", "--folds", "2", "--resamples", "20", "--explained-rows", "100",
        "--repeats", "1", "--output", "report.html", "--json", "scores.json",
      ], in: folder)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("direction_5_lightgbm") && run.output.contains("future_return_1_lightgbm"))
    let html = try String(contentsOfFile: folder("report.html"), encoding: .utf8)
    #expect(html.contains("<h2>direction_5_lightgbm</h2>") && html.contains("Evaluation of 2 models"))
    let scores = try #require(
      try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: folder("scores.json"))))
        as? [[String: Any]])
    #expect(scores.map { $0["bundle"] as? String } == ["direction_5_lightgbm", "future_return_1_lightgbm"])
    #expect((scores[0]["folds"] as? [Any])?.count == 2)
  }

  @Test(
    "what cannot be done ends with a message, and writes no report",
    arguments: [
      (["--bundle", "none"], "none"), (["--bundle", "models", "--no-retrain"], "later"),
      (["--bundle", "models", "--folds", "0"], "--folds is 0"),
      (["--bundle", "models", "--resamples", "3"], "--resamples is 3"),
      (["--bundle", "models", "--latency-ms=-1"], "--latency-ms"),
      (["--bundle", "models", "--fee-bps=-1"], "--fee-bps is -1"),
      (["--bundle", "models", "--json", "none/scores.json"], "none/scores.json"),
      (["--bundle", "models", "--json", "report.html"], "name two files"),
      (["--bundle", "models", "--rolling-spans", "5"], "--rolling-spans is 5"),
    ])
  func refused(_ arguments: [String], _ part: String) throws {
    let run = try ProgramRun(
      "evaluate-models", arguments + ["--ticks", "ticks.csv", "--output", "report.html"], in: folder)
    #expect(run.status != 0)
    #expect(run.errors.contains(part), "\(run.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder("report.html")))
  }

  @Test("a report does not overwrite the ticks")
  func overwriting() throws {
    let run = try ProgramRun(
      "evaluate-models", ["--bundle", "models", "--ticks", "ticks.csv", "--output", "ticks.csv"], in: folder)
    #expect(run.status != 0 && run.errors.contains("is the input"))
  }
}
