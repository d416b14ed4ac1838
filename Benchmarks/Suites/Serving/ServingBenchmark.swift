#if Programs && Serving
import ArgumentParser
import Boosting
import Features
import Foundation
import Modeling
import ProgramSupport
import TickData

/// The prediction service against FastAPI with LightGBM: requests a second, latency, memory.
struct ServingBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serving",
    abstract: "serve-models against FastAPI (uvloop, httptools) with LightGBM: the same bundle, the same bodies.",
    discussion: """
      Each server runs on processor 0 while the other is stopped (SIGSTOP), wrk on processor 1 (Debian's wrk), in turns: POST /predict with a row of features
      by name, GET /health, and batches of --rows rows in JSON. Peak resident memory is read at the end.
      """)

  @Option(help: "Turns.") var runs = 3
  @Option(help: "Seconds of each measurement.") var seconds = 5
  @Option(help: "Connections.") var connections = 32
  @Option(help: "Rows of a batch.") var rows = 10_000
  @Option(help: "Trees of the model.") var rounds = 100
  @Option(help: "Python with fastapi, uvicorn[standard] and lightgbm; '' to leave the peer out.")
  var python = ".peers/bin/python"

  struct Figures: Encodable {
    var predict_per_second: [Double] = []
    var predict_p50_us: [Double] = []
    var predict_p99_us: [Double] = []
    var health_per_second: [Double] = []
    var batch_rows_per_second: [Double] = []
    var peak_kb = 0
  }

  func run() throws {
    let setting = try ServingSetting(rounds: rounds)
    defer { setting.remove() }
    let batch = try setting.batchFile(rows: rows)
    let ours = try setting.server([])
    let peer = try python.isEmpty ? nil : setting.peer(python)
    defer {
      ours.process.end()
      peer?.process.end()
    }
    var figures = [Figures(), Figures()]
    for _ in 0..<runs {
      for (place, server) in [ours, peer].enumerated() {
        guard let server else { continue }
        // An idle server wakes several times a second, on the processor that the other is measured on.
        let other = place == 0 ? peer : ours
        if let other { Foundation.kill(other.process.identifier, SIGSTOP) }
        defer { if let other { Foundation.kill(other.process.identifier, SIGCONT) } }
        let predict = try Wrk(server.url + "/predict", seconds, connections, body: setting.bodyPath)
        figures[place].predict_per_second.append(predict.perSecond)
        figures[place].predict_p50_us.append(predict.p50)
        figures[place].predict_p99_us.append(predict.p99)
        figures[place].health_per_second.append(
          try Wrk(server.url + "/health", seconds, connections, body: nil).perSecond)
        let batches = try Wrk(server.url + "/predict/batch", max(seconds, 8), 1, body: batch)
        figures[place].batch_rows_per_second.append(batches.perSecond * Double(rows))
        figures[place].peak_kb = server.process.peakKilobytes
      }
    }
    var report = ["ours": figures[0]]
    if peer != nil { report["fastapi"] = figures[1] }
    try Console.printJSON(report)
  }
}

/// A model, a body, and the servers that answer it.
final class ServingSetting {
  let folder = NSTemporaryDirectory() + "serving-\(UUID().uuidString)"
  let bundle: ModelBundle
  let bodyPath: String
  private let row: [Double]
  private let table: FeatureTable

  init(rounds: Int) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    var market = MarketOptions()
    market.ticks = 30_000
    market.signalStrength = 0.2
    let ticks = try SyntheticMarket(market).ticks()
    var configuration = try TrainingConfiguration(recipe: FeatureRecipe(calendar: .nse))
    configuration.targets = [try TargetConfiguration(named: "direction_5")]
    configuration.kinds = [.lightgbm]
    configuration.options[.lightgbm] = ModelKind.lightgbm.defaultOptions
    configuration.options[.lightgbm]?.numIterations = rounds
    bundle = try ModelTrainer(configuration).train(ticks)[0]
    try bundle.write(to: folder + "/models")
    table = try bundle.recipe.features(of: ticks)
    let table = table
    row = table.columns.indices.map { table[table.rowCount / 2, $0] }
    bodyPath = folder + "/body.json"
    let names = table.columns.map(\.name)
    let features = zip(names, row).map { "\"\($0)\":\($1.isNaN ? "null" : "\($1)")" }.joined(separator: ",")
    try "{\"symbol\":\"SYM001\",\"tick_data\":{\(features)},\"models\":[\"\(bundle.name)\"]}"
      .write(toFile: bodyPath, atomically: true, encoding: .utf8)
  }

  func remove() { try? FileManager.default.removeItem(atPath: folder) }  // It is in the system's temporary folder.

  /// Rows of the market as the body of a batch.
  func batchFile(rows: Int) throws -> String {
    let path = folder + "/batch.json"
    let names = table.columns.map { "\"\($0.name)\"" }.joined(separator: ",")
    let lines = (0..<rows).map { step -> String in
      let values = table.columns.indices.map { column -> String in
        let value = table[200 + step % (table.rowCount - 200), column]
        return value.isNaN ? "null" : "\(value)"
      }
      return "[\(values.joined(separator: ","))]"
    }
    try "{\"columns\":[\(names)],\"rows\":[\(lines.joined(separator: ","))]}"
      .write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  struct Server {
    let process: LiveProcess
    let url: String
  }

  /// serve-models on processor 0.
  func server(_ arguments: [String], models: String? = nil) throws -> Server {
    let port = folder + "/port-\(UUID().uuidString)"
    let process = try LiveProcess(
      "/usr/bin/taskset",
      [
        "-c", "0", LiveProcess.path(of: "serve-models"), "--models", models ?? "\(folder)/models/\(bundle.name)",
        "--port", "0", "--port-file", port, "--report", "0",
      ] + arguments)
    let text = try LiveProcess.content(of: port).trimmingCharacters(in: .whitespacesAndNewlines)
    return Server(process: process, url: "http://127.0.0.1:\(text)")
  }

  /// The peer on processor 0.
  func peer(_ python: String) throws -> Server {
    let port = 20_000 + Int(ProcessInfo.processInfo.processIdentifier) % 20_000
    let process = try LiveProcess(
      "/usr/bin/taskset",
      [
        "-c", "0", python, "Benchmarks/peers/serving_fastapi.py", "\(folder)/models/\(bundle.name)", "--port",
        "\(port)",
      ])
    let url = "http://127.0.0.1:\(port)"
    for _ in 0..<200 where process.isRunning {
      Thread.sleep(forTimeInterval: 0.1)
      if fetch(url + "/health") != nil { return Server(process: process, url: url) }
    }
    throw ValidationError("the peer does not answer; Scripts/peers installs what it needs")
  }
}

/// A run of wrk on processor 1.
struct Wrk {
  private(set) var perSecond = 0.0
  /// Microseconds.
  private(set) var p50 = 0.0
  private(set) var p99 = 0.0

  /// - Throws: If an answer was no success.
  init(_ url: String, _ seconds: Int, _ connections: Int, body: String?, rate: String = "") throws {
    var arguments = [
      "-c", "1", "wrk", "-t", "1", "-c", "\(connections)", "-d", "\(seconds)s", "--timeout", "60s", "--latency",
    ]
    if let body {
      let script = body + ".lua"
      try """
      local file = io.open("\(body)"); local text = file:read("*a"); file:close()
      wrk.method = "POST"; wrk.body = text; wrk.headers["Content-Type"] = "application/json"
      """.write(toFile: script, atomically: true, encoding: .utf8)
      arguments += ["-s", script]
    }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/taskset")
    process.arguments = arguments + [url]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      if words.first == "Requests/sec:", let value = words.last { perSecond = Double(value) ?? 0 }
      if words.count == 2, words[0] == "50%" { p50 = Self.microseconds(words[1]) }
      if words.count == 2, words[0] == "99%" { p99 = Self.microseconds(words[1]) }
      if line.contains("Non-2xx") || line.contains("Socket errors") {
        throw ValidationError("wrk on \(url): \(line.trimmingCharacters(in: .whitespaces))")
      }
    }
    guard perSecond > 0 else { throw ValidationError("wrk said nothing of \(url): \(text.suffix(200))") }
  }

  private static func microseconds(_ text: Substring) -> Double {
    for (unit, factor) in [("us", 1.0), ("ms", 1e3), ("s", 1e6)] where text.hasSuffix(unit) {
      return (Double(text.dropLast(unit.count)) ?? .nan) * factor
    }
    return .nan
  }
}
#endif
