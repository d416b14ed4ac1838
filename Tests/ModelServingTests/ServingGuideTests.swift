#if Serving
import Foundation
import Logging
import ModelServing
import ServiceLifecycle
import TestSupport
import Testing
import TickStreaming
import UnixSignals

/// What `Docs/Guide-Serving.md` shows, as it stands there.
@Suite("Guide to serving") struct ServingGuideTests {
  private static func blocks(_ language: String) throws -> [String] {
    let guide = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Docs/Guide-Serving.md")
    return try String(contentsOf: guide, encoding: .utf8).components(separatedBy: "```\(language)\n").dropFirst()
      .map { $0.components(separatedBy: "```").first ?? "" }
  }

  @Test(
    "its Python with requests, which is that of the reference system's README, prints our answers",
    .enabled(if: Peers.hasPython("requests"), "Scripts/peers has not run here"))
  func python() async throws {
    let models = try ServedModels()
    let source = try await TickSource(models.ticks)
    defer { source.stop() }
    let program = try #require(try Self.blocks("python").first)
    #expect(program.contains("http://localhost:8000/health"))
    try await withService(models.folder, source: .socket(source.client)) { client in
      for _ in 0..<400 where try await client.get("/predict/SYM001").status != 200 {
        try await Task.sleep(for: .milliseconds(50))
      }
      let path = NSTemporaryDirectory() + "guide-\(UUID().uuidString).py"
      try Data(program.replacingOccurrences(of: "localhost:8000", with: "127.0.0.1:\(client.port)").utf8)
        .write(to: URL(fileURLWithPath: path))
      let run = try await onOwnThread {
        let process = try PeerProcess(Peers.python ?? "", [path])
        let status = process.wait()
        return (status, process.lines)
      }
      #expect(run.0 == 0 && run.1.count == 3, "\(run.1)")
      #expect(run.1.first?.contains("'status': 'ok'") == true)
      #expect(run.1.dropFirst().allSatisfy { $0.contains("'symbol': 'SYM001'") && $0.contains("'confidence'") })
    }
  }

  @Test("its program of a few lines serves")
  func program() async throws {
    let models = try ServedModels(["direction_5"])
    let block = try #require(try Self.blocks("swift").first)
    let source = try String(contentsOf: URL(fileURLWithPath: #filePath), encoding: .utf8)
    // Its statements are lines of this file, but for names of places.
    for line in block.split(separator: "\n") {
      let here = line.replacingOccurrences(of: "\"models\"", with: "folder")
        .replacingOccurrences(of: "\"ws://127.0.0.1:8765/\"", with: "url").trimmingCharacters(in: .whitespaces)
      #expect(source.contains(here), "\(here)")
    }
    let ticks = try await TickSource(models.ticks)
    defer { ticks.stop() }
    let (folder, url) = (models.folder, ticks.client.url)
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let task = Task {
      let service = try PredictionService(models: folder, source: .socket(TickClientOptions(url: url)))
      try await ServiceGroup(services: [service], gracefulShutdownSignals: [.sigterm], logger: logger).run()
    }
    // Its port may be taken here; then it says so. What counts is that it runs until it is told to end.
    try await Task.sleep(for: .milliseconds(300))
    task.cancel()
    let result = await task.result
    if case .failure(let error) = result { #expect("\(error)".contains("ddress already in use"), "\(error)") }
  }
}
#endif
