import Foundation
import Testing
import Tuning

@Suite("Several objectives") struct ObjectiveTests {
  @Test("hypervolumes, ranks and subsets are Optuna's") func golden() throws {
    for item in try goldenCases("objectives.json") {
      let points = try #require(item["points"]?.rows)
      let reference = try #require(item["reference"]?.numbers)
      let volume = Hypervolume.of(points, reference: reference)
      #expect(abs(volume - (try #require(item["volume"]?.number))) < 1e-12, "\(reference.count) objectives")
      #expect(Nondomination.ranks(points, needed: points.count) == item["ranks"]?.wholes)
      guard let subset = item["subset"]?.wholes, let front = item["front"]?.rows else { continue }
      #expect(HypervolumeSubset.greedy(subset.count, of: front).sorted() == subset, "\(reference.count) objectives")
    }
  }

  @Test("the front of a study is what no trial beats, and broken constraints keep trials out") func front() throws {
    let study = try Study(directions: [.minimize, .maximize], sampler: RandomSampler(), seed: 3)
    try study.optimizeAll(trials: 60) { trial in
      let x = try trial.suggest("x", .real(0...1))
      let y = try trial.suggest("y", .real(0...1))
      trial.setConstraint("corner", 0.3 - x)
      return [x + y * y, x - y]
    }
    let front = study.paretoFront
    #expect(!front.isEmpty && front.allSatisfy { $0.isFeasible })
    for a in front {
      for b in study.trials where b.isFeasible {
        #expect(!(b.values[0] < a.values[0] && b.values[1] > a.values[1]))
      }
    }
    #expect(try study.hypervolume(reference: [3, -2]) > 0)
    #expect(throws: TuningError.self) { try study.hypervolume(reference: [3]) }
  }

  @Test("TPE finds more of a front than random draws") func multiObjective() throws {
    func volume(_ sampler: any Sampler, _ seed: UInt64) throws -> Double {
      let study = try Study(directions: [.minimize, .minimize], sampler: sampler, seed: seed)
      try study.optimizeAll(trials: 80) { trial in
        let x = try (0..<4).map { try trial.suggest("x\($0)", .real(0...1)) }
        let g = 1 + 9 * (x[1] + x[2] + x[3]) / 3
        return [x[0], g * (1 - (x[0] / g).squareRoot())]
      }
      return try study.hypervolume(reference: [1.1, 10])
    }
    let tpe = try (0..<5).reduce(0) { try $0 + volume(TPESampler(), $1) }
    let random = try (0..<5).reduce(0) { try $0 + volume(RandomSampler(), $1) }
    #expect(tpe > random)
  }
}
