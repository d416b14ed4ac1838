import Foundation
import Testing
import Tuning

/// What a trial came to, without its times.
struct Outcome: Hashable {
  let number: Int
  let state: TrialState
  let parameters: [TrialParameter]
  let values: [Double]
  let reports: [TrialRecord.Report]

  init(_ trial: TrialRecord) {
    number = trial.number
    state = trial.state
    parameters = trial.parameters
    values = trial.values
    reports = trial.reports
  }
}

/// A conditional objective with pruning, used wherever two studies must be the same.
@Sendable func conditional(_ trial: Trial) throws -> Double {
  let kind = try trial.suggest("kind", .choice(["tree", "line"]))
  var value = try trial.suggest("rate", .real(1e-3...1, log: true))
  if kind == "tree" {
    value += Double(try trial.suggest("leaves", .whole(2...64, log: true))) / 64
    value += try trial.suggest("share", .real(0...1, step: 0.25))
  } else {
    value += try trial.suggest("penalty", .real(-1...1)) + (try trial.suggest("centred", .flag) ? 0.1 : 0)
  }
  for step in 0..<4 {
    try trial.report(value + 1 / Double(step + 1), step: step)
    if trial.shouldPrune { throw TrialPruned() }
  }
  return value
}

func minimum(
  _ sampler: any Sampler, _ seed: UInt64, trials: Int, _ dimensions: Int, _ range: ClosedRange<Double>,
  _ function: @escaping @Sendable ([Double]) -> Double
) throws -> Double {
  let study = try Study(direction: .minimize, sampler: sampler, seed: seed)
  try study.optimize(trials: trials) { trial in
    function(try (0..<dimensions).map { try trial.suggest("x\($0)", .real(range)) })
  }
  return study.best?.value ?? .infinity
}

@Suite("Studies") struct StudyTests {
  @Test("values lie in their domains and reach all of them") func domains() throws {
    for sampler in [RandomSampler(), try TPESampler(.optuna4), try TPESampler(), QuasiRandomSampler()] as [any Sampler]
    {
      let study = try Study(direction: .minimize, sampler: sampler, seed: 1)
      try study.optimize(trials: 120) { trial in
        let rate = try trial.suggest("rate", .real(1e-3...1, log: true))
        let share = try trial.suggest("share", .real(0...1, step: 0.3))
        let leaves = try trial.suggest("leaves", .whole(2...9))
        let depth = try trial.suggest("depth", .whole(1...64, log: true))
        let even = try trial.suggest("even", .whole(0...9, step: 2))
        let kind = try trial.suggest("kind", .choice(["a", "b", "c"]))
        let flag = try trial.suggest("flag", .flag)
        #expect(try trial.suggest("single", .real(2...2)) == 2)
        #expect(try trial.suggest("rate", .real(1e-3...1, log: true)) == rate)
        #expect((1e-3...1).contains(rate) && (0...0.9).contains(share) && (2...9).contains(leaves))
        #expect((1...64).contains(depth) && even % 2 == 0 && even <= 8)
        return abs(log(rate) + 3) + share + Double(leaves) + (kind == "b" ? 0 : 20) + (flag ? 0.2 : 0)
      }
      #expect(Set(study.trials.compactMap { $0["kind"] }).count == 3)
      #expect(Set(study.trials.compactMap { $0["even"] }).count == 5)
      #expect(study.best?["kind"] == "b")
    }
  }

  @Test("the same seed gives the same study; threads change nothing within a window") func determinism() throws {
    for options in [TPEOptions.optuna5, .optuna4] {
      func run(seed: UInt64, parallel: Int) throws -> [Outcome] {
        let study = try Study(direction: .minimize, sampler: try TPESampler(options), seed: seed)
        try study.optimize(trials: 40, parallel: parallel, window: 4) { trial in
          if parallel > 1, trial.number % 3 == 0 { Thread.sleep(forTimeInterval: 0.002) }
          return try conditional(trial)
        }
        return study.trials.map(Outcome.init)
      }
      let serial = try run(seed: 5, parallel: 1)
      #expect(serial == (try run(seed: 5, parallel: 4)))
      #expect(serial == (try run(seed: 5, parallel: 3)))
      #expect(serial != (try run(seed: 6, parallel: 1)))
    }
  }

  @Test("TPE draws conditional parameters with their groups, and beats random draws") func conditionalSpaces() throws {
    var options = TPEOptions.optuna5
    options.isGrouped = true
    for options in [options, .optuna5, .optuna4] {
      var gain = 0.0
      for seed in 0..<6 as Range<UInt64> {
        let tpe = try Study(direction: .minimize, sampler: try TPESampler(options), pruner: NopPruner(), seed: seed)
        try tpe.optimize(trials: 60, conditional)
        let random = try Study(direction: .minimize, sampler: RandomSampler(), pruner: NopPruner(), seed: seed)
        try random.optimize(trials: 60, conditional)
        gain += (random.best?.value ?? 0) - (tpe.best?.value ?? 0)
      }
      #expect(gain > 0)
    }
  }

  @Test("failures, pruned trials and not-a-number are kept as such") func states() throws {
    struct Broken: Error {}
    let study = try Study(direction: .maximize, sampler: RandomSampler(), seed: 2)
    try study.optimize(trials: 4, failures: .proceed) { trial in
      trial.set("note", "kept")
      if trial.number == 0 { throw Broken() }
      if trial.number == 1 { return .nan }
      try trial.report(0.5, step: 3)
      if trial.number == 2 { throw TrialPruned() }
      return 2
    }
    #expect(study.trials.map(\.state) == [.failed, .failed, .pruned, .complete])
    #expect(study.trials[2].values == [0.5] && study.best?.number == 3)
    #expect(study.trials[3].attributes["note"] == "kept")
    #expect(throws: Broken.self) { try study.optimize(trials: 3) { _ in throw Broken() } }
    #expect(study.trials.count == 5)
  }

  @Test("ask, tell, and values asked for by hand") func askTell() throws {
    let study = try Study(direction: .minimize, seed: 4)
    try study.enqueue(["x": 0.25, "n": 3])
    let first = try study.ask()
    #expect(try first.suggest("x", .real(0...1)) == 0.25)
    #expect(try first.suggest("n", .whole(1...5)) == 3)
    #expect(try first.suggest("y", .real(0...1)) != 0.25)
    let second = try study.ask()
    #expect(try second.suggest("x", .real(0...1)) != 0.25)
    try study.tell(second, 2)
    try study.tell(first, 1)
    #expect(study.best?.number == 0)
    #expect(throws: TuningError.self) { try study.tell(first, 1) }
    #expect(throws: TuningError.self) { try first.suggest("z", .real(0...1)) }
    let third = try study.ask()
    #expect(throws: TuningError.self) { try study.tell(third, 1, 2) }
    #expect(throws: TuningError.self) { try study.tell(third, .complete) }
  }

  @Test("what makes no sense is refused with what is allowed") func refused() throws {
    let study = try Study(direction: .minimize)
    let trial = try study.ask()
    _ = try trial.suggest("x", .real(0...1))
    #expect(throws: TuningError.self) { try trial.suggest("x", .real(0...2)) }
    #expect(throws: TuningError.self) { try trial.suggest("x", .whole(0...2)) }
    #expect(throws: TuningError.self) { try trial.suggest("a", .real(0...1, log: true)) }
    #expect(throws: TuningError.self) { try trial.suggest("b", .real(1...2, log: true, step: 0.1)) }
    #expect(throws: TuningError.self) { try trial.suggest("c", .whole(0...2, log: true)) }
    #expect(throws: TuningError.self) { try trial.suggest("d", .choice([] as [String])) }
    #expect(throws: TuningError.self) { try trial.suggest("e", .choice(["a", "a"])) }
    #expect(throws: TuningError.self) { try trial.report(1, step: -1) }
    #expect(throws: TuningError.self) { try Study(directions: []) }
    #expect(throws: TuningError.self) { try study.optimize(trials: 1, parallel: 2, window: 1) { _ in 0 } }
    var space = SearchSpace()
    try space.add("x", .real(0...1))
    #expect(throws: TuningError.self) { try space.add("x", .flag) }
  }

  @Test("budgets: trials, total, time, no improvement, a goal, a callback") func budgets() throws {
    func study() throws -> Study { try Study(direction: .minimize, sampler: RandomSampler(), seed: 9) }
    let total = try study()
    try total.optimize(trials: 3) { _ in 1 }
    try total.optimize(total: 5) { _ in 1 }
    #expect(total.trials.count == 5)
    let timed = try study()
    try timed.optimize(timeout: 0.05, parallel: 2) { _ in
      Thread.sleep(forTimeInterval: 0.01)
      return 1
    }
    #expect(timed.trials.count >= 2 && timed.trials.count < 40)
    for parallel in [1, 3] {
      let still = try study()
      try still.optimize(trials: 100, parallel: parallel, window: 3, until: .noImprovement(trials: 10, delta: 0.1)) {
        $0.number < 4 ? -Double($0.number) : 0
      }
      // Trials 4 to 13 are the ten without improvement; the window lets two more have started.
      #expect(still.trials.count == 16)
      let goal = try study()
      try goal.optimize(trials: 100, parallel: parallel, window: 3, until: .reached(-5)) { -Double($0.number) }
      #expect(goal.trials.count == 8)
      let told = try study()
      try told.optimize(trials: 100, parallel: parallel, window: 3, progress: { $0.number == 6 ? .stop : .proceed }) {
        _ in 1
      }
      #expect(told.trials.count == 9)
    }
  }

  @Test("nothing is tried twice, and an exhausted space ends the study") func exhaustion() throws {
    var space = SearchSpace()
    try space.add("n", .whole(1...4))
    try space.add("kind", .choice(["a", "b", "c"]))
    try space.add("share", .real(0...1, step: 0.5))
    let samplers: [any Sampler] = [
      RandomSampler(), try TPESampler(), try TPESampler(.optuna4), QuasiRandomSampler(), try GridSampler(space),
      try GridSampler(space, isShuffled: false),
    ]
    for sampler in samplers {
      for parallel in [1, 3] {
        let study = try Study(direction: .minimize, sampler: sampler, space: space, seed: 8)
        let all = space
        try study.optimize(trials: 100, parallel: parallel) { trial in
          let values = try trial.suggest(all)
          guard case .whole(let n) = values["n"] else { return 0 }
          return Double(n)
        }
        #expect(study.trials.count == 36)
        #expect(Set(study.trials.map { $0.parameters.map(\.value) }).count == 36)
      }
    }
    #expect(throws: TuningError.self) {
      var open = SearchSpace()
      try open.add("x", .real(0...1))
      _ = try GridSampler(open)
    }
  }

  @Test("Sobol points are the published ones, and even when scrambled") func sobol() throws {
    let points = try #require(try goldenCases("sobol.json")[0]["points"]?.rows)
    for (column, dimension) in [0, 1, 2, 5, 11, 21, 39].enumerated() {
      let sequence = SobolSequence(dimension: dimension, coins: nil)
      #expect(distance((0..<64).map { sequence.coordinate($0) }, points.map { $0[column] }) < 1e-9)
      let scrambled = SobolSequence(dimension: dimension, coins: 77)
      // One point in each of 64 equal parts.
      #expect(Set((0..<64).map { Int(scrambled.coordinate($0) * 64) }).count == 64)
    }
  }

  @Test("constraints steer TPE to where they are met") func constraints() throws {
    var feasible = 0
    for seed in 0..<5 as Range<UInt64> {
      let study = try Study(direction: .minimize, seed: seed)
      try study.optimize(trials: 50) { trial in
        let x = try trial.suggest("x", .real(-5...5))
        let y = try trial.suggest("y", .real(-5...5))
        trial.setConstraint("outside", 1 - (x - 2) * (x - 2) - y * y)
        trial.setConstraint("right", 1 - x)
        return (x - 2) * (x - 2) + y * y
      }
      #expect((study.best?.value ?? .infinity) < 3 && (study.best?.value ?? 0) >= 1)
      feasible += study.trials.suffix(30).filter(\.isFeasible).count
    }
    #expect(feasible > 75)
  }
}
