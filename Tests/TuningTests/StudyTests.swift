import Testing
import Tuning

@Suite("Random search") struct StudyTests {
  private func space() throws -> SearchSpace {
    var space = SearchSpace()
    try space.add("eta", .real(low: 1e-3, high: 1, log: true))
    try space.add("num_leaves", .whole(low: 2, high: 8, log: false))
    try space.add("growth", .choice(["leafwise", "levelwise"]))
    return space
  }

  @Test("values lie in the space, reach all of it, and depend on seed and trial alone")
  func values() throws {
    let space = try space()
    let all = (0..<2000).map { RandomSampler(seed: 1).values(trial: $0, in: space) }
    var leaves: Set<Int> = []
    var small = 0
    for values in all {
      guard case .real(let eta) = values["eta"], case .whole(let count) = values["num_leaves"] else {
        Issue.record("values of the wrong kind")
        return
      }
      #expect(eta >= 1e-3 && eta <= 1)
      leaves.insert(count)
      // Half of the logarithmic range lies below its geometric middle.
      if eta < 0.0316 { small += 1 }
    }
    #expect(leaves == Set(2...8))
    #expect(abs(Double(small) / 2000 - 0.5) < 0.05)
    #expect(RandomSampler(seed: 1).values(trial: 7, in: space) == all[7])
    #expect(RandomSampler(seed: 2).values(trial: 7, in: space) != all[7])
  }

  @Test("the best trial is found and a study goes on where it stopped")
  func study() throws {
    var whole = Study(try space(), direction: .maximize, sampler: RandomSampler(seed: 3))
    func score(_ values: [String: ParameterValue]) -> Double {
      if case .whole(let leaves) = values["num_leaves"] { return leaves == 5 ? .nan : Double(leaves) }
      return 0
    }
    whole.run(trials: 40, score)
    var parts = Study(try space(), direction: .maximize, sampler: RandomSampler(seed: 3))
    parts.run(trials: 15, score)
    parts.run(trials: 25, score)
    #expect(whole.trials.map(\.values) == parts.trials.map(\.values))
    #expect(whole.best?.objective == 8)
    #expect(Study(try space(), direction: .minimize, sampler: RandomSampler(seed: 3)).best == nil)
  }

  @Test("unsound parameters are refused")
  func refused() throws {
    var space = try space()
    #expect(throws: TuningError.self) { try space.add("eta", .choice(["a"])) }
    #expect(throws: TuningError.self) { try space.add("x", .real(low: 1, high: 0, log: false)) }
    #expect(throws: TuningError.self) { try space.add("x", .whole(low: 0, high: 4, log: true)) }
    #expect(throws: TuningError.self) { try space.add("x", .choice([])) }
  }
}
