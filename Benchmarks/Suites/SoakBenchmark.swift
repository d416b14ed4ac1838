#if Programs && Streaming
import ArgumentParser
import Foundation
import ProgramSupport
import TickData

/// The whole live path at a rate for a long time: memory and descriptors must not grow, and all must end in good order.
struct SoakBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "soak",
    abstract: "The live path for minutes: resident memory and open descriptors over time, and the end by SIGTERM.",
    discussion: """
      Starts server, brokers, relay, ingest and, with --bundle, a prediction stream, and looks at each every --interval
      seconds. Growth is that of the median of the last quarter of the looks over that of the second quarter, when queues
      and caches have filled. At the end each gets SIGTERM, those that feed first.
      """)

  @Option(help: "Seconds.") var seconds = 600.0
  @Option(help: "Ticks a second.") var rate = 60_000.0
  @Option(help: "Seconds between two looks.") var interval = 5.0
  @Option(help: "Bundle or folder of bundles for predict-stream; without it none runs.") var bundle: String?
  @Option(help: "Partitions of the topic.") var partitions = 8

  struct Usage: Encodable {
    var first_kb = 0
    var second_quarter_kb = 0
    var last_quarter_kb = 0
    var growth = 0.0
    var peak_kb = 0
    var descriptors_second_quarter = 0
    var descriptors_last_quarter = 0
    var seconds_to_end = 0.0
    var exit_code: Int32 = -1
  }

  struct Report: Encodable {
    var seconds = 0.0
    var delivered = 0
    var stored = 0
    var predicted = 0
    var lag = 0
    var processes: [String: Usage] = [:]
  }

  func run() throws {
    let folder = NSTemporaryDirectory() + "soak-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }  // What is left is in the system's temporary folder.
    let server = try LiveProcess(
      "generate-ticks",
      [
        "--serve", "--port", "0", "--count", "2000000", "--loop", "--rate", "\(rate)", "--address-file",
        folder + "/url",
        "--report", "0",
      ])
    let broker = try LiveProcess(
      "local-broker",
      [
        "--topic", "tick-data:\(partitions)", "predictions:\(partitions)", "predict-stream-state:\(partitions)",
        "tick-data-rejected:1", "--broker-file", folder + "/brokers",
      ])
    let url = try LiveProcess.content(of: folder + "/url")
    let brokers = try LiveProcess.content(of: folder + "/brokers")
    let ingest = try LiveProcess(
      "ingest-ticks", ["--kafka", brokers, "--output", folder + "/ticks.duckdb", "--report", "1", "--json"])
    let predict = try bundle.map {
      try LiveProcess("predict-stream", ["--kafka", brokers, "--bundle", $0, "--report", "1", "--json"])
    }
    // Groups begin first: local brokers keep little.
    Thread.sleep(forTimeInterval: 3)
    let relay = try LiveProcess(
      "stream-ticks", ["--source", url, "--kafka", brokers, "--from-now", "--report", "1", "--json"])
    let processes = [relay, server, ingest, predict, broker].compactMap { $0 }
    var looks: [[(memory: Int, descriptors: Int)]] = processes.map { _ in [] }
    let begin = ContinuousClock.now
    while (ContinuousClock.now - begin).seconds < seconds {
      Thread.sleep(forTimeInterval: interval)
      for (place, process) in processes.enumerated() {
        guard process.isRunning else { throw ValidationError("\(process.name) has ended") }
        looks[place].append((process.residentKilobytes, process.descriptors))
      }
    }
    var report = Report(seconds: (ContinuousClock.now - begin).seconds)
    for (place, process) in processes.enumerated() {
      let own = looks[place]
      let (second, last) = (own[own.count / 4..<own.count / 2], own[own.count * 3 / 4..<own.count])
      var usage = Usage()
      usage.first_kb = own[0].memory
      usage.second_quarter_kb = Self.median(second.map(\.memory))
      usage.last_quarter_kb = Self.median(last.map(\.memory))
      usage.growth = Double(usage.last_quarter_kb) / Double(usage.second_quarter_kb)
      usage.peak_kb = process.peakKilobytes
      usage.descriptors_second_quarter = Self.median(second.map(\.descriptors))
      usage.descriptors_last_quarter = Self.median(last.map(\.descriptors))
      let (code, elapsed) = timed { process.end() }
      (usage.exit_code, usage.seconds_to_end) = (code, elapsed)
      report.processes[process.name] = usage
    }
    report.delivered = try relay.json()["delivered"] as? Int ?? 0
    report.stored = try ingest.json()["stored"] as? Int ?? 0
    report.predicted = try predict?.json()["predicted"] as? Int ?? 0
    report.lag = report.delivered - report.stored
    try Console.printJSON(report)
    for (name, own) in report.processes {
      guard own.growth < 1.1, own.descriptors_last_quarter <= own.descriptors_second_quarter + 2 else {
        throw ValidationError("\(name) grows: memory by \(own.growth), descriptors to \(own.descriptors_last_quarter)")
      }
      guard own.exit_code == 0, own.seconds_to_end < 5 else {
        throw ValidationError("\(name) ended after \(own.seconds_to_end) s with exit code \(own.exit_code)")
      }
    }
  }

  private static func median(_ values: [Int]) -> Int { values.isEmpty ? 0 : values.sorted()[values.count / 2] }
}
#endif
