#if Programs && Streaming
import Foundation
import ProgramSupport

/// The processes of the live path under chaos.
final class ChaosProcesses {
  private let folder: String
  private let programs: [(name: String, program: String, arguments: [String])]
  private let environment: [String: String]
  private var running: [LiveProcess] = []
  /// How often those that ended with an error were started again.
  private(set) var revived: [String: Int] = [:]

  init(
    folder: String, brokers: String, store: String, port: UInt16, proxy: Int, rate: Double, ticks: Int,
    environment: [String: String]
  ) throws {
    self.folder = folder
    self.environment = environment
    // Local brokers do not check the numbers by which an idempotent producer keeps its order: one request at a time does.
    let inOrder = ["--kafka-property", "max.in.flight.requests.per.connection=1"]
    let group = ["--kafka", brokers, "--session-timeout", "6"]
    let predict =
      group + inOrder + [
        "--bundle", folder + "/models", "--checkpoint-interval", "2", "--compression", "zstd", "--linger", "20",
        "--report",
        "2",
      ]
    programs = [
      (
        "server", "generate-ticks",
        [
          "--serve", "--port", "\(port)", "--rate", "\(rate)", "--count", "\(ticks)", "--signal", "0.2", "--stream",
          "chaos",
        ]
      ),
      (
        "relay", "stream-ticks",
        ["--source", "ws://127.0.0.1:\(proxy)/", "--kafka", brokers, "--report", "2"] + inOrder
      ),
      ("ingest", "ingest-ticks", group + ["--instance-id", "ingest", "--output", store, "--report", "2"]),
      ("predict-1", "predict-stream", predict + ["--instance-id", "predict-1"]),
      ("predict-2", "predict-stream", predict + ["--instance-id", "predict-2"]),
    ]
    for index in programs.indices { running.append(try start(index)) }
  }

  var count: Int { programs.count }

  func name(_ index: Int) -> String { programs[index].name }

  func identifier(_ index: Int) -> Int32 { running[index].identifier }

  /// Kills a process and starts it anew.
  func restart(_ index: Int) throws {
    running[index].kill()
    running[index] = try start(index)
  }

  /// Starts those anew that ended with an error, as whoever runs services does.
  func reviveEnded() throws {
    for index in programs.indices where !running[index].isRunning && running[index].end() != 0 {
      revived[programs[index].name, default: 0] += 1
      running[index] = try start(index)
    }
  }

  /// Tells all to stop, those that feed first; returns those that did not in time.
  func endAll(within seconds: Double) -> [String] {
    var late: [String] = []
    for index in programs.indices {
      running[index].terminate()
      let deadline = ContinuousClock.now + .seconds(seconds)
      while running[index].isRunning, ContinuousClock.now < deadline { Thread.sleep(forTimeInterval: 0.02) }
      if running[index].isRunning {
        late.append(programs[index].name)
        running[index].kill()
      } else if running[index].end() != 0 {
        late.append(programs[index].name)
      }
    }
    return late
  }

  private func start(_ index: Int) throws -> LiveProcess {
    let own = programs[index]
    return try LiveProcess(
      own.program, own.arguments, log: folder + "/\(own.name).log", environment: environment)
  }
}

/// A clock that the processes see and that can be stepped; the machine's own stays as it is.
final class SteppedClock {
  /// What a process needs to see it; empty where there is no C compiler.
  let environment: [String: String]
  private let file: String

  init(folder: String) throws {
    file = folder + "/clock"
    try Data(count: 8).write(to: URL(fileURLWithPath: file))
    let library = folder + "/clock_steps.so"
    let compiler = Process()
    compiler.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    compiler.arguments = ["cc", "-O2", "-shared", "-fPIC", "-o", library, "Benchmarks/peers/clock_steps.c", "-ldl"]
    try compiler.run()
    compiler.waitUntilExit()
    environment = compiler.terminationStatus == 0 ? ["LD_PRELOAD": library, "CLOCK_STEP_FILE": file] : [:]
    if environment.isEmpty { Console.note("chaos: no C compiler, so clocks do not step") }
  }

  var canStep: Bool { !environment.isEmpty }

  /// Moves the clock so many seconds away from the machine's.
  func step(seconds: Double) throws {
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: file))
    try handle.write(contentsOf: withUnsafeBytes(of: Int64(seconds * 1e9)) { Data($0) })
    try handle.close()
  }
}
#endif
