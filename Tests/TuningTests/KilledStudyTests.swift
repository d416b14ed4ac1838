import Compute
import Foundation
import TestSupport
import Testing
import Tuning

@Suite("Studies whose processes are killed") struct KilledStudyTests {
  /// A process that runs a study, and the file of what it says.
  private struct Worker {
    let process = Process()
    let output: String

    init(_ journal: String, trials: Int, window: Int, output: String) throws {
      self.output = output
      process.executableURL = ProgramRun.url("study-process")
      process.arguments = [journal, "\(trials)", "\(window)"]
      try Data().write(to: URL(fileURLWithPath: output))
      process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: output))
      try process.run()
    }

    /// The trials that it said had ended.
    var told: [Int] {
      get throws { try String(contentsOfFile: output, encoding: .utf8).split(separator: "\n").compactMap { Int($0) } }
    }

    /// Waits until it has said that a trial has ended, so that kills do not all come before the first on a busy machine.
    func waitForTrial() throws {
      while process.isRunning, try told.isEmpty { usleep(1000) }
    }

    /// Ends it at once, whatever it does; whether it was at work.
    func kill() -> Bool {
      Foundation.kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      return process.terminationReason == .uncaughtSignal && process.terminationStatus == SIGKILL
    }
  }

  /// The trials of a journal, read from a copy: opening the file itself would mend what the killed process left.
  private func trials(_ journal: String, _ folder: ScratchFolder) throws -> [TrialRecord] {
    let copy = folder("copy.jsonl")
    try Data(contentsOf: URL(fileURLWithPath: journal)).write(to: URL(fileURLWithPath: copy))
    return try Study(direction: .minimize, seed: 12, journal: copy).trials
  }

  private func undisturbed(_ count: Int, window: Int, _ folder: ScratchFolder) throws -> [Outcome] {
    let journal = folder("whole.jsonl")
    let worker = try Worker(journal, trials: count, window: window, output: folder("whole"))
    worker.process.waitUntilExit()
    #expect(worker.process.terminationStatus == 0)
    #expect(try worker.told == Array(0..<count))
    return try trials(journal, folder).map(Outcome.init)
  }

  @Test("20 kills of one process lose no trial that has ended, and change nothing", .timeLimit(.minutes(2)))
  func alone() throws {
    let folder = try ScratchFolder()
    let journal = folder("study.jsonl")
    var random = RandomStream(seed: 20)
    var reached = 0
    for round in 0..<20 {
      let worker = try Worker(journal, trials: 200, window: 1, output: folder("told"))
      if round % 2 == 0 { try worker.waitForTrial() }
      usleep(UInt32(5000 + random.index(below: 50_000)))
      #expect(worker.kill())
      let told = try worker.told
      guard FileManager.default.fileExists(atPath: journal) else {
        #expect(told.isEmpty)
        continue
      }
      let kept = Set(try trials(journal, folder).map(\.number))
      #expect(kept.isSuperset(of: told), "told of \(told)")
      #expect(kept.count >= reached)
      reached = kept.count
    }
    #expect(reached >= 10 && reached < 200)
    let last = try Worker(journal, trials: 200, window: 1, output: folder("told"))
    last.process.waitUntilExit()
    #expect(last.process.terminationStatus == 0)
    #expect(try trials(journal, folder).map(Outcome.init) == (try undisturbed(200, window: 1, folder)))
  }

  @Test("20 kills among 3 processes that share a journal do not either", .timeLimit(.minutes(2)))
  func shared() throws {
    let folder = try ScratchFolder()
    let journal = folder("study.jsonl")
    var random = RandomStream(seed: 21)
    var started = 0
    func start() throws -> Worker {
      started += 1
      return try Worker(journal, trials: 700, window: 3, output: folder("told-\(started)"))
    }
    var workers = try (0..<3).map { _ in try start() }
    var told = Set<Int>()
    for _ in 0..<20 {
      usleep(UInt32(5000 + random.index(below: 30_000)))
      let victim = random.index(below: 3)
      if random.uniform() < 0.5 { try workers[victim].waitForTrial() }
      #expect(workers[victim].kill())
      told.formUnion(try workers[victim].told)
      #expect(Set(try trials(journal, folder).map(\.number)).isSuperset(of: told))
      workers[victim] = try start()
    }
    for worker in workers {
      worker.process.waitUntilExit()
      #expect(worker.process.terminationStatus == 0)
    }
    #expect(try trials(journal, folder).map(Outcome.init) == (try undisturbed(700, window: 3, folder)))
  }
}
