import Foundation
import Testing
import Tuning

@Suite("Samplers find minima") struct SamplerTests {
  @Sendable static func branin(_ x: [Double]) -> Double {
    let a = x[0] * 15 - 5
    let b = x[1] * 15
    return pow(b - 5.1 / (4 * .pi * .pi) * a * a + 5 / .pi * a - 6, 2) + 10 * (1 - 1 / (8 * .pi)) * cos(a) + 10
  }

  @Sendable static func hartmann(_ x: [Double]) -> Double {
    let alpha = [1.0, 1.2, 3, 3.2]
    let a: [[Double]] = [
      [10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14],
    ]
    let p: [[Double]] = [
      [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886], [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
      [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650], [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
    ]
    var sum = 0.0
    for i in 0..<4 { sum -= alpha[i] * exp(-(0..<6).reduce(0) { $0 + a[i][$1] * pow(x[$1] - p[i][$1], 2) }) }
    return sum
  }

  private func median(
    _ sampler: any Sampler, _ dimensions: Int, trials: Int, _ function: @escaping @Sendable ([Double]) -> Double
  )
    throws -> Double
  {
    let found = try (0..<9).map { try minimum(sampler, UInt64($0), trials: trials, dimensions, 0...1, function) }
    return found.sorted()[4]
  }

  @Test("TPE, CMA-ES and the Gaussian process beat random draws on Branin and Hartmann 6") func margins() throws {
    let random = (
      try median(RandomSampler(), 2, trials: 60, Self.branin),
      try median(RandomSampler(), 6, trials: 100, Self.hartmann)
    )
    let gauss = try GaussianProcessSampler()
    #expect(try median(gauss, 2, trials: 30, Self.branin) < 0.45)
    #expect(try median(gauss, 6, trials: 60, Self.hartmann) < -2.9)
    for sampler in [try TPESampler(), try CMAESSampler()] as [any Sampler] {
      #expect(try median(sampler, 2, trials: 60, Self.branin) < random.0)
      #expect(try median(sampler, 6, trials: 100, Self.hartmann) < random.1 - 0.1)
    }
    #expect(try median(CMAESSampler(), 5, trials: 400) { $0.reduce(0) { $0 + pow($1 - 0.3, 2) } } < 1e-6)
  }

  @Test("CMA-ES and the Gaussian process take steps, choices, conditions and threads") func mixed() throws {
    for sampler in [try CMAESSampler(), try GaussianProcessSampler()] as [any Sampler] {
      func run(_ parallel: Int) throws -> [Outcome] {
        let study = try Study(direction: .minimize, sampler: sampler, seed: 6)
        try study.optimize(trials: 30, parallel: parallel, window: 2, conditional)
        return study.trials.map(Outcome.init)
      }
      #expect(try run(1) == run(2))
      let study = try Study(directions: [.minimize, .maximize], sampler: sampler, seed: 6)
      try study.optimizeAll(trials: 20) { trial in
        let x = try trial.suggest("x", .real(0...1, step: 0.1))
        let n = try trial.suggest("n", .whole(1...30, log: true))
        return [x + Double(n), x * (try trial.suggest("flag", .flag) ? 2 : 1)]
      }
      #expect(study.trials.count == 20 && study.trials.allSatisfy { $0.state == .complete })
    }
  }

  @Test("eigenvalues and Cholesky factors rebuild their matrix") func matrices() throws {
    var matrix = SquareMatrix(count: 4)
    for i in 0..<4 { for j in 0..<4 { matrix[i, j] = 1 / Double(i + j + 1) } }
    let (values, vectors) = matrix.eigen()
    let lower = try #require(matrix.cholesky())
    for i in 0..<4 {
      for j in 0..<4 {
        let fromEigen = (0..<4).reduce(0.0) { $0 + vectors[i, $1] * values[$1] * vectors[j, $1] }
        let fromFactor = (0..<4).reduce(0.0) { $0 + lower[i, $1] * lower[j, $1] }
        #expect(abs(fromEigen - matrix[i, j]) < 1e-14 && abs(fromFactor - matrix[i, j]) < 1e-14)
      }
    }
    matrix[0, 0] = -1
    #expect(matrix.cholesky() == nil)
  }

  @Test("importances are Optuna's") func importance() throws {
    for item in try goldenCases("importance.json") {
      let distributions = try #require(item["distributions"])
      let trials: [TrialRecord] = try #require(item["trials"]?.items).map { json in
        let members = try #require(json.members) + [JSONValue.Member(key: "distributions", value: distributions)]
        return try #require(TrialRecord(.object(members)))
      }
      let direction = try #require(item["direction"]?.string.flatMap(Direction.init))
      let found = try PEDANOVA(quantile: try #require(item["quantile"]?.number)).evaluate(
        trials, directions: [direction])
      #expect(found.count == 6)
      for (name, importance) in found {
        let wanted: Double = try #require(item["importance"]?[name]?.number)
        #expect(abs(importance - wanted) <= 1e-9 * max(1, wanted), "\(name) \(direction)")
      }
    }
  }

  @Test("a parameter that decides alone is more important than one that decides nothing") func decides() throws {
    let study = try Study(direction: .minimize, sampler: RandomSampler(), seed: 1)
    try study.optimize(trials: 200) { trial in
      _ = try trial.suggest("idle", .real(0...1))
      return abs(try trial.suggest("main", .real(0...1)) - 0.5)
    }
    let found = try study.importances()
    #expect(found[0].name == "main" && found[0].importance > 5 * found[1].importance)
  }
}
