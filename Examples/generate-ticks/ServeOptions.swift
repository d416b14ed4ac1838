#if Programs && Streaming
import ArgumentParser
import Foundation
import Logging
import ProgramSupport
import TickData
import TickStorage
import TickStreaming

/// The options of a WebSocket server of ticks.
struct ServeOptions: ParsableArguments {
  @Flag(help: "Serve the ticks to WebSocket clients at ws://HOST:PORT/ticks.") var serve = false
  @Option(help: "Address to listen at.") var host = "127.0.0.1"
  @Option(help: "Port to listen at; 0 for any that is free.") var port = 8765
  @Option(help: "File or .duckdb store whose ticks are served instead of a synthetic market.") var replay: String?
  @Option(help: "Speed of the ticks' own clock, such as 1 or 60, or full for as fast as each client can.")
  var speed: String?
  @Flag(help: "Begin again when the last tick was sent, on later days.") var loop = false
  @Option(help: "Name of the stream: clients go on in a stream of the same name after a restart.") var stream: String?
  @Option(help: "What is done with slow subscribers: wait, drop or disconnect.")
  var slow = TickServerOptions.SlowPolicy.wait
  @Option(help: "Ticks by which a subscriber may be behind.") var lagLimit = 100_000
  @Option(help: "Seconds between pings.") var heartbeat = 15.0
  @Option(help: "File for the server's address, once it listens.") var addressFile: String?
  @OptionGroup var log: LogOptions

  func validate() throws {
    try require(0...65_535 ~= port, "--port", port, "0 to 65,535 are allowed")
    try require(lagLimit >= 1, "--lag-limit", lagLimit, "at least 1 is needed")
    try require(heartbeat >= 0.1, "--heartbeat", heartbeat, "at least 0.1 is needed")
    if let speed, speed != "full" {
      try require((Double(speed) ?? 0) > 0, "--speed", speed, "a number above 0, or full, is needed")
    }
    if let stream { try require(!stream.isEmpty, "--stream", "''", "a name is needed") }
    if !serve, replay != nil || speed != nil || loop || stream != nil {
      throw ValidationError("--replay, --speed, --loop and --stream go with --serve")
    }
    if let addressFile { try requireWritable(addressFile) }
  }

  /// The ticks of the file to replay, by time.
  func replayed() throws -> TickBatch? {
    guard let replay else { return nil }
    let table =
      replay.hasSuffix(".duckdb") ? try TickStore(path: replay, readOnly: true).table() : try TickFile(replay).table()
    return TickBatch(merging: table)
  }

  /// Serves until all was sent for good, or the program is told to stop.
  func run(_ ticks: TickBatch, rate: Double?, loops: Int?, name: String) async throws {
    var options = TickServerOptions()
    options.host = host
    options.port = port
    options.slowPolicy = slow
    options.lagLimit = lagLimit
    options.heartbeat = heartbeat
    options.pace =
      if let rate { .rate(rate) } else if speed == "full" { .unlimited } else { .speed(Double(speed ?? "1") ?? 1) }
    // Without a name each start is a stream of its own: nobody goes on in another's numbers.
    let stream = stream ?? "\(name)-\(String(UInt64(Date().timeIntervalSince1970 * 1000), radix: 36))"
    let logger = log.logger("generate-ticks")
    let server = TickServer(
      try TickReplay(ticks, stream: stream, loops: loop ? nil : loops), options, logger: logger)
    let (file, host, interval) = (addressFile, host, log.report)
    let reports = Task {
      if let file {
        while server.port == nil { try await Task.sleep(for: .milliseconds(20)) }
        try Data("ws://\(host):\(server.port ?? 0)/\n".utf8).write(to: URL(fileURLWithPath: file), options: .atomic)
      }
      var last = 0
      while interval > 0 {
        try await Task.sleep(for: .seconds(interval))
        let counts = server.statistics
        logger.info(
          "served",
          metadata: [
            "rate": "\(Int(Double(counts.sent - last) / interval))/s", "sent": "\(counts.sent)",
            "connections": "\(counts.connections)", "dropped": "\(counts.dropped)",
            "disconnected": "\(counts.disconnected)", "refused": "\(counts.refused)",
          ])
        last = counts.sent
      }
    }
    defer { reports.cancel() }
    try await ProgramSupport.run([server], logger)
  }
}
#endif
