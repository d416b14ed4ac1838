#if Programs && Serving
import Foundation
import TestSupport
import Testing

@Suite("serve-models") struct ServeModelsTests {
  private let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
    for (program, arguments) in [
      ("generate-ticks", ["--count", "4000", "--signal", "0.3", "--output", "ticks.csv"]),
      (
        "train-models",
        [
          "--ticks", "ticks.csv", "--targets", "direction_5", "--rounds", "5", "--lookbacks", "5", "--models",
          "lightgbm", "--output", "models",
        ]
      ),
    ] {
      let run = try ProgramRun(program, arguments, in: folder)
      try #require(run.status == 0, "\(run.errors)")
    }
  }

  @Test("it says its port, answers, and ends by SIGTERM with 0 while it is asked")
  func terminates() async throws {
    let process = try PeerProcess(
      ProgramRun.url("serve-models").path,
      [
        "--models", folder("models"), "--port", "0", "--port-file", folder("port"), "--prediction-log", folder("log"),
        "--report", "0",
      ])
    var port: UInt16 = 0
    for _ in 0..<600 where port == 0 {
      try await Task.sleep(for: .milliseconds(50))
      // None before it listens.
      let text = try? String(contentsOfFile: folder("port"), encoding: .utf8)
      port = text.flatMap { UInt16($0.trimmingCharacters(in: .whitespacesAndNewlines)) } ?? 0
    }
    try #require(port != 0, "\(process.output)")
    let bound = port
    let ask = Task {
      try await onOwnThread {
        var answers = 0
        // Until nobody answers any more.
        while let connection = try? RawConnection(port: bound) {
          connection.send("GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
          let text = connection.rest(seconds: 20).map { String(decoding: $0, as: UTF8.self) } ?? ""
          if text.isEmpty { break }
          #expect(text.hasPrefix("HTTP/1.1 200") && text.hasSuffix("}"), "\(text)")
          answers += 1
        }
        return answers
      }
    }
    try await Task.sleep(for: .milliseconds(500))
    process.terminate()
    let status = try await onOwnThread { process.wait(seconds: 30) }
    #expect(status == 0, "\(process.output)")
    #expect(try await ask.value > 10)
    #expect(process.output.contains("answering"))
  }

  @Test(
    "options that cannot be are refused by name",
    arguments: [
      (["--port", "70000"], "port is 70000; 0...65535"), (["--stream-only"], "--kafka"),
      (["--api-only", "--stream-only"], "one is allowed"),
      (["--host", "0.0.0.0", "--tls-certificate", "a.pem"], "--tls-key"), (["--models", "nowhere"], "nowhere"),
      (["--only", "nobody"], "nobody"), (["--challenger-share", "1.5"], "1.5"),
      (["--source", "http://127.0.0.1/"], "http://127.0.0.1/"), (["--api-key-file", "missing"], "missing"),
      (["--kafka", "127.0.0.1:1", "--source", "ws://127.0.0.1:1/"], "--source"),
    ])
  func refused(arguments: [String], word: String) throws {
    let own = arguments.contains("--models") ? arguments : arguments + ["--models", "models"]
    let run = try ProgramRun("serve-models", own, in: folder)
    #expect(run.status != 0 && run.errors.contains(word), "\(run.errors)")
  }
}
#endif
