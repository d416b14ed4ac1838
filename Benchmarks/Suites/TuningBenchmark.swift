#if Programs
import ArgumentParser
import Foundation
import ProgramSupport
import Tuning

/// What samplers find in a fixed number of trials, and what a trial costs; Benchmarks/peers/tuning_optuna.py is the peer.
struct TuningBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tuning",
    abstract: "Medians of the best of some trials over seeds on five functions, and the time that sampling takes.",
    discussion: "The script Benchmarks/peers/tuning_optuna.py prints the same table for Optuna.")

  @Option(help: "Seeds.") var seeds = 50
  @Option(help: "Trials of a study.") var trials = 50
  @Option(help: "Trials of the studies that are timed, separated by commas.") var timed = "1000,10000"
  @Option(help: "Samplers, separated by commas: random, tpe, tpe4, cma, gp.") var samplers = "random,tpe,tpe4,cma,gp"

  func run() throws {
    print(pad("function", 18) + pad("sampler", 10) + pad("median", 14) + pad("lower quartile", 16) + "upper quartile")
    for function in TestFunction.all {
      for name in samplers.split(separator: ",") {
        let sampler = try sampler(String(name))
        let found = try (0..<seeds).map { try best(function, sampler, seed: UInt64($0)) }.sorted()
        let quartiles = [0.5, 0.25, 0.75].map { found[Int($0 * Double(found.count - 1))] }
        print(
          pad(function.name, 18) + pad(String(name), 10) + pad(String(format: "%.5f", quartiles[0]), 14)
            + pad(String(format: "%.5f", quartiles[1]), 16) + String(format: "%.5f", quartiles[2]))
      }
    }
    for count in timed.split(separator: ",").compactMap({ Int($0) }) {
      let study = try Study(direction: .minimize, sampler: try TPESampler())
      let function = TestFunction.all[2]
      let start = Date()
      try study.optimize(trials: count) { try function.value($0) }
      print("\(count) trials of TPE, 5 parameters: \(String(format: "%.2f", Date().timeIntervalSince(start))) s")
    }
  }

  private func best(_ function: TestFunction, _ sampler: any Sampler, seed: UInt64) throws -> Double {
    let study = try Study(direction: .minimize, sampler: sampler, seed: seed)
    try study.optimize(trials: trials) { try function.value($0) }
    return study.best?.value ?? .infinity
  }

  private func sampler(_ name: String) throws -> any Sampler {
    switch name {
    case "random": RandomSampler()
    case "tpe": try TPESampler()
    case "tpe4": try TPESampler(.optuna4)
    case "cma": try CMAESSampler()
    case "gp": try GaussianProcessSampler()
    default: throw ValidationError("the sampler '\(name)'; one of random, tpe, tpe4, cma, gp")
    }
  }
}

/// A function with a known minimum.
private struct TestFunction: Sendable {
  let name: String
  let dimensions: Int
  let range: ClosedRange<Double>
  let formula: @Sendable ([Double]) -> Double

  func value(_ trial: Trial) throws -> Double {
    formula(try (0..<dimensions).map { try trial.suggest("x\($0)", .real(range)) })
  }

  static let all = [
    TestFunction(name: "branin", dimensions: 2, range: 0...1) { x in
      let a = x[0] * 15 - 5
      let b = x[1] * 15
      return pow(b - 5.1 / (4 * .pi * .pi) * a * a + 5 / .pi * a - 6, 2) + 10 * (1 - 1 / (8 * .pi)) * cos(a) + 10
    },
    TestFunction(name: "hartmann6", dimensions: 6, range: 0...1, formula: hartmann),
    TestFunction(name: "rosenbrock5", dimensions: 5, range: -5...10) { x in
      var total = 0.0
      for i in 0..<4 { total += 100 * pow(x[i + 1] - x[i] * x[i], 2) + pow(1 - x[i], 2) }
      return total
    },
    TestFunction(name: "ackley5", dimensions: 5, range: -32.768...32.768) { x in
      var squares = 0.0
      var waves = 0.0
      for value in x {
        squares += value * value / 5
        waves += cos(2 * .pi * value) / 5
      }
      return 20 - 20 * exp(-0.2 * squares.squareRoot()) - exp(waves) + exp(1)
    },
    TestFunction(name: "styblinski5", dimensions: 5, range: -5...5) { x in
      var total = 0.0
      for value in x { total += pow(value, 4) - 16 * value * value + 5 * value }
      return total / 2
    },
  ]

  @Sendable private static func hartmann(_ x: [Double]) -> Double {
    let alpha = [1.0, 1.2, 3, 3.2]
    let a: [[Double]] = [
      [10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14],
    ]
    let p: [[Double]] = [
      [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886], [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
      [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650], [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
    ]
    var total = 0.0
    for i in 0..<4 {
      var square = 0.0
      for k in 0..<6 { square += a[i][k] * (x[k] - p[i][k]) * (x[k] - p[i][k]) }
      total -= alpha[i] * exp(-square)
    }
    return total
  }
}
#endif
