#if Programs && Streaming
import ArgumentParser
import Foundation
import ProgramSupport

/// A program of the live path that a benchmark starts, watches and ends.
final class LiveProcess {
  let name: String
  private let process = Process()
  private let output: URL

  /// Starts a program of the folder of this one, or at a path.
  init(
    _ program: String, _ arguments: [String], log: String? = nil, environment: [String: String] = [:]
  ) throws {
    name = URL(fileURLWithPath: program).lastPathComponent
    process.executableURL = URL(fileURLWithPath: program.contains("/") ? program : Self.path(of: program))
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    output = URL(fileURLWithPath: NSTemporaryDirectory() + "\(name)-\(UUID().uuidString).out")
    try Data().write(to: output)
    process.standardOutput = try FileHandle(forWritingTo: output)
    if let log {
      if !FileManager.default.fileExists(atPath: log) { try Data().write(to: URL(fileURLWithPath: log)) }
      let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
      try handle.seekToEnd()
      process.standardError = handle
    } else {
      process.standardError = FileHandle.nullDevice
    }
    try process.run()
  }

  /// The path of a program beside this one.
  static func path(of program: String) -> String {
    URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
      .appendingPathComponent(program).path
  }

  deinit {
    if process.isRunning { process.terminate() }
    try? FileManager.default.removeItem(at: output)  // It is in the system's temporary folder.
  }

  var isRunning: Bool { process.isRunning }
  var identifier: Int32 { process.processIdentifier }

  /// Tells it to stop.
  func terminate() { if process.isRunning { process.terminate() } }

  /// Tells it to stop and waits for its end.
  @discardableResult
  func end() -> Int32 {
    terminate()
    process.waitUntilExit()
    return process.terminationStatus
  }

  /// Ends it at once.
  func kill() {
    Foundation.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  /// The last line that it printed.
  func json() throws -> [String: Any] {
    let text = try String(contentsOf: output, encoding: .utf8)
    guard let line = text.split(separator: "\n").last,
      let found = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
    else { throw ValidationError("\(name) printed no JSON: '\(text.suffix(200))'") }
    return found
  }

  /// Seconds of the processor so far.
  var cpuSeconds: Double {
    let fields = field("stat").split(separator: ")").last?.split(separator: " ") ?? []
    guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else { return .nan }
    return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
  }

  /// The largest resident size so far.
  var peakKilobytes: Int { status("VmHWM:") }

  /// The resident size now.
  var residentKilobytes: Int { status("VmRSS:") }

  /// Open descriptors.
  var descriptors: Int {
    // One that has ended has none.
    (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(identifier)/fd").count) ?? 0
  }

  private func status(_ name: String) -> Int {
    let line = field("status").split(separator: "\n").first { $0.hasPrefix(name) }
    return line.flatMap { Int($0.split(whereSeparator: { $0 == " " || $0 == "\t" })[1]) } ?? 0
  }

  private func field(_ name: String) -> String {
    // One that has ended has none.
    (try? String(contentsOfFile: "/proc/\(identifier)/\(name)", encoding: .utf8)) ?? ""
  }

  /// The line of a file that another process writes, waited for ten seconds.
  static func content(of path: String) throws -> String {
    for _ in 0..<200 {
      if let text = try? String(contentsOfFile: path, encoding: .utf8), text.hasSuffix("\n") {  // It comes whole.
        return String(text.dropLast())
      }
      Thread.sleep(forTimeInterval: 0.05)
    }
    throw ValidationError("'\(path)' was not written in ten seconds")
  }
}
#endif
