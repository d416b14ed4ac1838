import Foundation
import TestSupport
import Testing
import Tuning

@Suite("Journals of studies") struct JournalTests {
  private struct Killed: Error {}

  private func study(_ path: String?, seed: UInt64 = 3) throws -> Study {
    try Study(direction: .minimize, sampler: try TPESampler(), seed: seed, journal: path)
  }

  private func undisturbed(_ trials: Int) throws -> [Outcome] {
    let study = try study(nil)
    try study.enqueue(["rate": 0.5])
    try study.optimize(trials: trials, window: 2, conditional)
    return study.trials.map(Outcome.init)
  }

  @Test("a study goes on where it stopped, as one that was never stopped") func resume() throws {
    let folder = try ScratchFolder()
    let path = folder("study.jsonl")
    let first = try study(path)
    try first.enqueue(["rate": 0.5])
    try first.optimize(trials: 13, window: 2, conditional)
    let second = try study(path)
    #expect(second.trials == first.trials)
    try second.optimize(total: 30, parallel: 2, conditional)
    #expect(second.trials.map(Outcome.init) == (try undisturbed(30)))
    // The first one sees what the second one did as soon as it goes on itself.
    try first.optimize(total: 31, window: 2, conditional)
    #expect(first.trials.map(Outcome.init) == (try undisturbed(31)))
    #expect(throws: TuningError.self) { try study(path, seed: 4) }
    #expect(throws: TuningError.self) { try Study(directions: [.maximize], seed: 3, journal: path) }
  }

  @Test("a file cut anywhere, as a killed process leaves it, gives the same study when it goes on") func tornTails()
    throws
  {
    let folder = try ScratchFolder()
    let whole = folder("whole.jsonl")
    let first = try study(whole)
    try first.enqueue(["rate": 0.5])
    try first.optimize(trials: 14, window: 2, conditional)
    let expected = try undisturbed(16)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: whole))
    // Every byte of the last 3 records, and a sample of the others.
    let starts = bytes.indices.filter { bytes[$0] == UInt8(ascii: "\n") }
    let tail = try #require(starts.dropLast(3).last)
    let created = try #require(starts.dropFirst().first)
    for cut in Array(stride(from: created + 1, to: tail, by: 509)) + Array(tail...bytes.count) {
      let path = folder("cut.jsonl")
      try bytes.prefix(cut).write(to: URL(fileURLWithPath: path))
      let again = try study(path)
      try again.optimize(total: 16, window: 2, conditional)
      #expect(again.trials.map(Outcome.init) == expected, "cut at \(cut)")
    }
  }

  @Test("damage before the end is an error, not a shorter study") func damage() throws {
    let folder = try ScratchFolder()
    let path = folder("study.jsonl")
    try study(path).optimize(trials: 5, conditional)
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    bytes[bytes.count / 2] ^= 1
    try bytes.write(to: URL(fileURLWithPath: path))
    #expect(throws: TuningError.self) { try study(path) }
  }

  @Test("studies that share a file take different trials, and the same ones whoever runs them") func shared() throws {
    let folder = try ScratchFolder()
    let path = folder("study.jsonl")
    let studies = try (0..<3).map { _ in try study(path) }
    try studies[0].enqueue(["rate": 0.5])
    let group = DispatchGroup()
    for study in studies {
      group.enter()
      Thread.detachNewThread {
        do { try study.optimize(total: 24, window: 3, conditional) } catch { Issue.record(error) }
        group.leave()
      }
    }
    group.wait()
    let alone = try study(nil)
    try alone.enqueue(["rate": 0.5])
    try alone.optimize(trials: 24, window: 3, conditional)
    let all = try study(path).trials
    #expect(all.map(Outcome.init) == alone.trials.map(Outcome.init))
  }

  @Test("an export is read back as it was") func exchange() throws {
    let first = try study(nil)
    try first.optimize(trials: 20, conditional)
    let second = try study(nil, seed: 9)
    try second.add(exported: first.exported())
    #expect(second.trials.map(Outcome.init) == first.trials.map(Outcome.init))
    #expect(second.exported() == first.exported())
    try second.optimize(trials: 2, conditional)
    #expect(second.trials.count == 22)
    #expect(throws: TuningError.self) { try second.add(exported: "{") }
    #expect(throws: TuningError.self) { try second.add(exported: "{\"directions\":[\"maximize\"],\"trials\":[]}") }
  }

  @Test("JSON is read as it was written, numbers with all their digits") func json() throws {
    for value in [0.1, 1, -0.0, Double.leastNonzeroMagnitude, 1.7976931348623157e308, .infinity, -.infinity] {
      #expect(try JSONParser.parse(JSONValue.real(value).rendered.utf8) == .real(value))
    }
    let text = JSONValue.text("a\"\\\n\u{1}é😀")
    #expect(try JSONParser.parse(text.rendered.utf8) == text)
    #expect(try JSONParser.parse("\"\\ud83d\\ude00\\u00e9\"".utf8) == .text("😀é"))
    for bad in ["", "{", "[1,]", "{\"a\"}", "1 2", "\"\\ud83d\"", "tru"] {
      #expect(throws: JSONParser.Failure.self) { try JSONParser.parse(bad.utf8) }
    }
  }
}
