import Foundation
import TestSupport
import Testing

@Suite("compute-features") struct ComputeFeaturesTests {
  private let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
    let bars = "time,open,high,low,close,volume\n1704153660,1,3,0.5,2,10\n1704153720,2,4,1,3,30\n"
    try bars.write(toFile: folder("bars.csv"), atomically: true, encoding: .utf8)
    try "o,h,l,c\n1,2,0,1\n".write(toFile: folder("prices.csv"), atomically: true, encoding: .utf8)
    let recipe = #"{"version": 1, "columns": [{"name": "a", "expresion": "RSI"}]}"#
    try recipe.write(toFile: folder("recipe.json"), atomically: true, encoding: .utf8)
  }

  @Test("functions of bars become columns with the file's times")
  func bars() throws {
    let run = try ProgramRun(
      "compute-features", ["--bars", "bars.csv", "--functions", "SMA(2),VWMA(2),BBANDS(2)", "--output", "out.csv"],
      in: folder)
    #expect(run.status == 0, "\(run.errors)")
    let lines = try String(contentsOfFile: folder("out.csv"), encoding: .utf8).split(separator: "\n")
    #expect(lines.first == "symbol,ts_ns,SMA(2),VWMA(2),BBANDS(2)_1,BBANDS(2)_2,BBANDS(2)_3")
    #expect(lines[1] == "\"\",1704153660000000000,,,,,")
    #expect(lines[2].hasPrefix("\"\",1704153720000000000,2.5,2.75,"))
  }

  @Test(
    "what cannot be done ends with a message and a code, and writes nothing",
    arguments: [
      (["--bars", "prices.csv", "--functions", "RSI(2),OBV"], "OBV reads volumes"),
      (["--bars", "bars.csv", "--functions", "clos"], "'close'"),
      (["--bars", "bars.csv", "--recipe", "recipe.json"], "'expresion'; the nearest is 'expression'"),
      (["--bars", "bars.csv", "--recipe", "none.json"], "none.json"),
      (["--bars", "bars.csv", "--functions", "RSI", "--mode", "batch"], "--mode"),
      (["--bars", "bars.csv", "--functions", "RSI", "--map", "bid=x"], "'bid' is no field of a bar"),
      (["--bars", "bars.csv", "--ticks", "bars.csv"], "both"), ([], "--bars"),
    ])
  func refused(_ arguments: [String], _ part: String) throws {
    let run = try ProgramRun("compute-features", arguments + ["--output", "out.csv"], in: folder)
    #expect(run.status != 0)
    #expect(run.errors.contains(part), "\(run.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder("out.csv")))
  }

  @Test("functions are listed by name, by a word, or not at all")
  func list() throws {
    #expect(try ProgramRun("compute-features", ["--list", "rsi"], in: folder).output.hasPrefix("RSI(timeperiod=14)"))
    let all = try ProgramRun("compute-features", ["--list"], in: folder).output.split(separator: "\n").count
    let some = try ProgramRun("compute-features", ["--list", "volatility"], in: folder).output.split(separator: "\n")
      .count
    #expect(all > 200 && some > 5 && some < all)
    #expect(try ProgramRun("compute-features", ["--list", "nosuch"], in: folder).status != 0)
  }
}
