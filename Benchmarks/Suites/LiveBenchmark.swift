#if Programs && Streaming
import ArgumentParser
import Foundation
import ProgramSupport
import TickStorage

/// The live path from socket to store, all processes on this machine, beside the same in Python.
struct LiveBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "live",
    abstract: "WebSocket to Kafka to DuckDB: ticks a second over all processes, beside the same chain in Python.",
    discussion: """
      Starts generate-ticks --serve, a broker, stream-ticks and ingest-ticks from the folder of this program, at a rate,
      and counts what is in the store at the end. --peer runs Benchmarks/peers/live_chain.py against the same server
      and broker, as fast as it goes.
      """)

  @Option(help: "Seconds at the rate.") var seconds = 60.0
  @Option(help: "Ticks a second; 0 for as fast as possible.") var rate = 160_000.0
  @Option(help: "Partitions of the topic.") var partitions = 8
  @Option(help: "Python with websockets, confluent-kafka, duckdb and pandas; without it no peer.") var python: String?
  @Option(help: "Seconds of the peer.") var peerSeconds = 30.0
  @Option(help: "Brokers that run already; without it local-broker.") var kafka: String?

  struct Report: Encodable {
    var seconds = 0.0
    var relayed = 0
    var stored = 0
    var stored_per_second = 0.0
    var lag_at_end = 0
    var cpu_seconds: [String: Double] = [:]
    var peak_kb: [String: Int] = [:]
    var python_stored = 0
    var python_per_second = 0.0
    var ratio = 0.0
  }

  func run() throws {
    let folder = NSTemporaryDirectory() + "live-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }  // What is left is in the system's temporary folder.
    var report = Report()
    try ours(folder, &report)
    if let python {
      try peer(python, folder, &report)
      report.ratio = report.stored_per_second / report.python_per_second
    }
    try Console.printJSON(report)
  }

  /// A server and a broker for one chain.
  private func withEnds(
    _ folder: String, _ server: [String], _ body: (_ url: String, _ brokers: String) throws -> Void
  ) throws {
    let source = try LiveProcess(
      "generate-ticks",
      ["--serve", "--port", "0", "--count", "2000000", "--loop", "--address-file", folder + "/url", "--report", "0"]
        + server)
    defer { source.end() }
    var broker: LiveProcess?
    defer { broker?.end() }
    if kafka == nil {
      broker = try LiveProcess(
        "local-broker",
        [
          "--topic", "tick-data:\(partitions)", "tick-data-rejected:1", "--broker-file", folder + "/brokers",
        ])
    }
    let url = try LiveProcess.content(of: folder + "/url")
    try body(url, kafka ?? LiveProcess.content(of: folder + "/brokers"))
    for name in ["/url", "/brokers"] { unlink(folder + name) }
  }

  private func ours(_ folder: String, _ report: inout Report) throws {
    let pace = rate > 0 ? ["--rate", "\(rate)"] : ["--speed", "full"]
    let path = folder + "/ours.duckdb"
    var result = report
    try withEnds(folder, pace) { url, brokers in
      let ingest = try LiveProcess("ingest-ticks", ["--kafka", brokers, "--output", path, "--report", "1", "--json"])
      // The group takes three seconds to begin.
      Thread.sleep(forTimeInterval: 4)
      let relay = try LiveProcess(
        "stream-ticks", ["--source", url, "--kafka", brokers, "--from-now", "--report", "0", "--json"])
      let (_, elapsed) = timed { Thread.sleep(forTimeInterval: seconds) }
      for process in [ingest, relay] {
        result.cpu_seconds[process.name] = process.cpuSeconds
        result.peak_kb[process.name] = process.peakKilobytes
      }
      relay.end()
      let relayed = try relay.json()["delivered"] as? Int ?? 0
      Thread.sleep(forTimeInterval: 1)
      ingest.end()
      let counts = try ingest.json()
      result.seconds = elapsed
      result.relayed = relayed
      result.lag_at_end = relayed - (counts["stored"] as? Int ?? 0)
    }
    result.stored = try TickStore(path: path, readOnly: true).statistics().reduce(0) { $0 + $1.rows }
    result.stored_per_second = Double(result.stored) / result.seconds
    report = result
  }

  private func peer(_ python: String, _ folder: String, _ report: inout Report) throws {
    var result = report
    try withEnds(folder, ["--speed", "full"]) { url, brokers in
      let script = "Benchmarks/peers/live_chain.py"
      let ingest = try LiveProcess(python, [script, "ingest", brokers, "tick-data", folder + "/peer.duckdb"])
      Thread.sleep(forTimeInterval: 5)
      let relay = try LiveProcess(
        python, [script, "relay", url + "ticks?from=start&batch=1000", brokers, "tick-data"])
      Thread.sleep(forTimeInterval: peerSeconds)
      relay.end()
      ingest.end()
      let counts = try ingest.json()
      result.python_stored = counts["ticks"] as? Int ?? 0
      result.python_per_second = Double(result.python_stored) / (counts["seconds"] as? Double ?? .nan)
    }
    report = result
  }
}
#endif
