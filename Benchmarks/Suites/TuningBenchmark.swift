#if Programs
import ArgumentParser
import Foundation
import ProgramSupport
import Tuning

/// What samplers find in a fixed number of trials, and what a trial costs; Benchmarks/peers/tuning_optuna.py is the peer.
struct TuningBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tuning",
    abstract: "Quartiles of the best of some trials over seeds, problem by problem, and the time that sampling takes.",
    discussion:
      "The script Benchmarks/peers/tuning_optuna.py prints Optuna's beside them, with a test of the difference.")

  @Option(help: "Seeds.") var seeds = 50
  @Option(help: "Trials of a study.") var trials = 50
  @Option(help: "Trials of the studies that are timed, separated by commas.") var timed = "1000,10000"
  @Option(help: "Samplers, separated by commas: random, tpe, tpe4, cma, gp; none of them for times only.")
  var samplers = "random,tpe,tpe4,cma,gp"

  @Option(help: "Folder with LightGBM's binary example and the electricity market: two boosting problems more.")
  var data: String?
  @Flag(help: "Print the best of every seed, a line a problem and sampler, for the peer.") var bests = false

  func validate() throws {
    guard seeds >= 1, trials >= 1 else { throw ValidationError("--seeds \(seeds), --trials \(trials); at least 1") }
  }

  func run() throws {
    let problems = try TuningProblem.all(data: data)
    if !bests {
      print(pad("problem", 18) + pad("sampler", 10) + pad("median", 14) + pad("lower quartile", 16) + "upper quartile")
    }
    for problem in problems {
      for name in samplers.split(separator: ",") {
        let sampler = try sampler(String(name))
        let found = try (0..<seeds).map { try best(problem, sampler, seed: UInt64($0)) }
        if bests {
          print("\(problem.name) \(name) " + found.map { "\($0)" }.joined(separator: " "))
          continue
        }
        let quartiles = [0.5, 0.25, 0.75].map { found.sorted()[Int($0 * Double(found.count - 1))] }
        print(
          pad(problem.name, 18) + pad(String(name), 10) + pad(String(format: "%.5f", quartiles[0]), 14)
            + pad(String(format: "%.5f", quartiles[1]), 16) + String(format: "%.5f", quartiles[2]))
      }
    }
    let timing = try TuningProblem.rosenbrock()
    for count in timed.split(separator: ",").compactMap({ Int($0) }) {
      let study = try Study(direction: .minimize, sampler: try TPESampler())
      let start = (Date(), clock())
      try study.optimize(trials: count) { try timing.value(try $0.suggest(timing.space)) }
      // On a machine shared with others the processor's seconds say more.
      let seconds = (Date().timeIntervalSince(start.0), Double(clock() - start.1) / Double(CLOCKS_PER_SEC))
      print(
        "\(count) trials of TPE, 5 parameters: "
          + String(format: "%.2f s, %.2f s of the processor", seconds.0, seconds.1))
    }
  }

  private func best(_ problem: TuningProblem, _ sampler: any Sampler, seed: UInt64) throws -> Double {
    let study = try Study(direction: .minimize, sampler: sampler, seed: seed)
    try study.optimize(trials: trials) { try problem.value(try $0.suggest(problem.space)) }
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

/// The problems as a program that answers line by line, so that other tools search in the very same ones.
struct TuningObjective: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tuning-objective",
    abstract:
      "Answers the values of tuning's problems: first a line of all spaces, then one for each line of a problem and values."
  )

  @Option(help: "Folder of the boosting problems' data; without it they are left out.") var data: String?

  func run() throws {
    let problems = try TuningProblem.all(data: data)
    let spaces = problems.map { problem in
      JSONValue.Member(
        key: problem.name,
        value: .object(problem.space.parameters.map { .init(key: $0.name, value: $0.distribution.json) }))
    }
    answer(JSONValue.object(spaces).rendered)
    while let line = readLine() {
      let question = try JSONParser.parse(line.utf8)
      guard let problem = problems.first(where: { $0.name == question["problem"]?.string }) else {
        throw ValidationError("a problem of \(line)")
      }
      var values: [String: ParameterValue] = [:]
      for member in question["values"]?.members ?? [] { values[member.key] = ParameterValue(member.value) }
      answer("\(try problem.value(values))")
    }
  }

  private func answer(_ line: String) {
    FileHandle.standardOutput.write(Data((line + "\n").utf8))
  }
}
#endif
