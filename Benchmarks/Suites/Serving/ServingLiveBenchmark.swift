#if Programs && Serving
import ArgumentParser
import Foundation
import Modeling
import ProgramSupport
import Synchronization

/// The service while ticks stream in: latency of live predictions, reloads under load, memory over time.
struct ServingLiveBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serving-live",
    abstract: "GET /predict/{symbol} while ticks stream in, with hot reloads and memory over time if wanted.",
    discussion: """
      generate-ticks serves --rate ticks a second to serve-models (--source), which predicts each. A client asks for
      --requests predictions a second on one connection, at times that do not wait for answers: latency is counted
      from the time that a request is due. With --reloads so many versions become the champion one after another,
      each answer must be of a whole version, and a corrupt one is offered now and then.
      """)

  @Option(help: "Ticks a second.") var rate = 20_000.0
  @Option(help: "Seconds.") var seconds = 30.0
  @Option(help: "Requests a second.") var requests = 500.0
  @Option(help: "Hot reloads, evenly over the time.") var reloads = 0
  @Option(help: "Trees of the model.") var rounds = 100
  @Flag(help: "Ask as fast as wrk can besides, for a full load.") var load = false

  struct Report: Encodable {
    var requests = 0
    var failed = 0
    var p50_us = 0.0
    var p99_us = 0.0
    var max_us = 0.0
    var ticks_per_second = 0.0
    var reloads = 0
    var refused = 0
    var versions_seen = 0
    var load_per_second = 0.0
    var memory_kb: [Int] = []
    var descriptors: [Int] = []
    var exit_code: Int32 = -1
  }

  func run() throws {
    let setting = try ServingSetting(rounds: rounds)
    defer { setting.remove() }
    let source = try LiveProcess(
      "generate-ticks",
      [
        "--serve", "--loop", "--port", "0", "--rate", "\(rate)", "--count", "1000000", "--address-file",
        setting.folder + "/url", "--report", "0",
      ])
    defer { source.end() }
    let url = try LiveProcess.content(of: setting.folder + "/url")
    let server = try setting.server(
      ["--source", url, "--reload-interval", "0.1", "--silence", "0"], models: setting.folder + "/models")
    defer { server.process.end() }
    Thread.sleep(forTimeInterval: 3)
    var report = Report()
    let asker = Asker(url: server.url + "/predict/SYM001", rate: requests)
    let load = load ? Load(server.url + "/predict", Int(seconds), setting.bodyPath) : nil
    asker.start()
    load?.start()
    let before = try ticks(server)
    let begin = ContinuousClock.now
    try work(setting, server, begin, &report)
    let elapsed = (ContinuousClock.now - begin).seconds
    report.ticks_per_second = Double(try ticks(server) - before) / elapsed
    asker.stop()
    report.load_per_second = load?.wait() ?? 0
    let (latencies, failed, versions) = asker.results
    let sorted = latencies.sorted()
    report.requests = sorted.count
    report.failed = failed
    report.versions_seen = versions
    if !sorted.isEmpty {
      report.p50_us = sorted[sorted.count / 2]
      report.p99_us = sorted[sorted.count * 99 / 100]
      report.max_us = sorted[sorted.count - 1]
    }
    report.exit_code = server.process.end()
    try Console.printJSON(report)
  }

  private func work(
    _ setting: ServingSetting, _ server: ServingSetting.Server, _ begin: ContinuousClock.Instant,
    _ report: inout Report
  ) throws {
    let registry = ModelRegistry(path: setting.folder + "/models")
    let name = setting.bundle.name
    var versions = [setting.bundle.modelVersion]
    if reloads > 0 {
      for rounds in [20, 40] { versions.append(try registry.register(try ServingSetting(rounds: rounds).bundle)) }
    }
    var (done, nextLook) = (0, 0.0)
    while (ContinuousClock.now - begin).seconds < seconds {
      let now = (ContinuousClock.now - begin).seconds
      if now >= nextLook {
        nextLook += max(1, seconds / 60)
        report.memory_kb.append(server.process.residentKilobytes)
        report.descriptors.append(server.process.descriptors)
      }
      if done < reloads, now >= Double(done + 1) * seconds / Double(reloads + 1) {
        done += 1
        try registry.setAlias(ModelRegistry.champion, of: name, to: versions[done % versions.count])
        if done % 10 == 0 {
          try offerCorrupt(setting, versions[done % versions.count])
          report.refused += 1
        }
      }
      Thread.sleep(forTimeInterval: 0.01)
    }
    report.reloads = done
  }

  /// A version whose model is not what its manifest says, for a moment.
  private func offerCorrupt(_ setting: ServingSetting, _ good: String) throws {
    let name = setting.bundle.name
    let folder = "\(setting.folder)/models/\(name)/versions"
    let registry = ModelRegistry(path: setting.folder + "/models")
    if !FileManager.default.fileExists(atPath: "\(folder)/bad") {
      try FileManager.default.copyItem(atPath: "\(folder)/\(good)", toPath: "\(folder)/bad")
      try Data("tree\n".utf8).write(to: URL(fileURLWithPath: "\(folder)/bad/model.txt"))
    }
    try registry.setAlias(ModelRegistry.champion, of: name, to: "bad")
    Thread.sleep(forTimeInterval: 0.3)
    try registry.setAlias(ModelRegistry.champion, of: name, to: good)
  }

  private func ticks(_ server: ServingSetting.Server) throws -> Int {
    guard let text = fetch(server.url + "/metrics") else { throw ValidationError("the service does not answer") }
    let line = text.split(separator: "\n").first { $0.hasPrefix("tickboost_live_ticks_total ") }
    return line.flatMap { Int($0.split(separator: " ")[1]) } ?? 0
  }

  /// wrk beside the rest.
  private final class Load: @unchecked Sendable {  // The thread's result is read once it has ended.
    private let (url, seconds, body): (String, Int, String)
    private let done = DispatchSemaphore(value: 0)
    private var perSecond = 0.0

    init(_ url: String, _ seconds: Int, _ body: String) { (self.url, self.seconds, self.body) = (url, seconds, body) }

    func start() {
      Thread.detachNewThread { [self] in
        perSecond = (try? Wrk(url, seconds, 16, body: body).perSecond) ?? -1  // -1 says that it failed.
        done.signal()
      }
    }

    func wait() -> Double {
      done.wait()
      return perSecond
    }
  }
}
#endif
