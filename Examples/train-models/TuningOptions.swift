#if Programs
import ArgumentParser
import Boosting
import Evaluation
import Foundation
import Modeling
import ProgramSupport
import Tuning

/// The options by which the search for options is set up.
struct TuningOptions: ParsableArguments {
  enum SamplerName: String, CaseIterable, ExpressibleByArgument { case tpe, random, gp, cmaes, qmc }
  enum PrunerName: String, CaseIterable, ExpressibleByArgument {
    case median
    case successiveHalving = "successive-halving"
    case hyperband
    case none
  }
  enum SplitName: String, CaseIterable, ExpressibleByArgument {
    case purged
    case walkForward = "walk-forward"
  }

  @Flag(help: "Search the options of each model before it is trained, on its training rows alone.") var optimize = false
  @Option(help: "Most trials a model (with --optimize); default: 50.") var trials: Int?
  @Option(help: "Seconds a model after which no trial is started; default: no limit.") var timeout: Double?
  @Flag(help: "Search LightGBM's options step by step as Optuna's LightGBMTuner: 68 trials; needs --models lightgbm.")
  var stepwise = false
  @Option(
    parsing: .upToNextOption,
    help:
      "What is searched in place of the usual ranges: name=low..high, name=low..high:log (ends above 0) or name=a,b,c.")
  var search: [String] = []
  @Option(help: "Where values come from: tpe, random, gp, cmaes, qmc; default: tpe.") var sampler: SamplerName?
  @Option(help: "What ends trials early: median, successive-halving, hyperband, none; default: median.")
  var pruner: PrunerName?
  @Option(help: "Folds a trial is scored on; default: 3.") var tuningFolds: Int?
  @Option(help: "How these are cut: purged (train before and after) or walk-forward; default: purged.")
  var tuningSplit: SplitName?
  @Option(help: "The score, by LightGBM's name; default: auc for two classes, else the objective's own.")
  var tuningMetric: String?
  @Option(help: "Rounds without a better score that end a trial; default: 20, 0 for never.") var patience: Int?
  @Option(help: "Trials that run at once and share the threads; default: 1.") var parallelTrials: Int?
  @Option(help: "Seed of the search; default: 0.") var tuningSeed: UInt64?
  @Option(help: "Folder for journals: a search that was stopped goes on where it was.") var journals: String?

  /// Whether any option but `--optimize` was given.
  private var isSetUp: Bool {
    trials != nil || timeout != nil || stepwise || !search.isEmpty || sampler != nil || pruner != nil
      || tuningFolds != nil
      || tuningSplit != nil || tuningMetric != nil || patience != nil || parallelTrials != nil || tuningSeed != nil
      || journals != nil
  }

  mutating func validate() throws {
    guard optimize || !isSetUp else {
      throw ValidationError("options of the search were given without --optimize; add it or leave them out")
    }
    func check(_ isAllowed: Bool, _ name: String, _ value: Any?, _ least: Int) throws {
      if !isAllowed { throw ValidationError("\(name) is \(value ?? "-"); at least \(least) is needed") }
    }
    try check(trials ?? 1 >= 1, "--trials", trials, 1)
    try require(timeout ?? 1 > 0, "--timeout", timeout ?? 0, "more than 0 seconds are needed")
    try check(tuningFolds ?? 2 >= (tuningSplit == .walkForward ? 1 : 2), "--tuning-folds", tuningFolds, 2)
    try check(patience ?? 0 >= 0, "--patience", patience, 0)
    try check(parallelTrials ?? 1 >= 1, "--parallel-trials", parallelTrials, 1)
    guard !stepwise || (trials == nil && search.isEmpty && sampler == nil) else {
      throw ValidationError(
        "--stepwise has its own trials, ranges and samplers; leave out --trials, --search and --sampler")
    }
  }

  /// The search that was asked for; nil without `--optimize`.
  func configuration(embargo: Int64) throws -> TuningConfiguration? {
    guard optimize else { return nil }
    var configuration = try TuningConfiguration()
    configuration.trials = trials ?? 50
    configuration.timeout = timeout
    if stepwise { configuration.method = .stepwise }
    if !search.isEmpty {
      let space = try SearchText.space(search)
      configuration.method = .study(spaces: [.lightgbm: space, .xgboost: space])
    }
    let folds = tuningFolds ?? 3
    configuration.folds =
      tuningSplit == .walkForward
      ? .walkForward(try WalkForwardSplit(folds: folds, embargo: embargo))
      : .purged(try PurgedKFold(folds: folds, embargo: embargo))
    if let tuningMetric {
      guard let metric = ValidationMetric(standardName: tuningMetric) else {
        let names = ValidationMetric.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("there is no metric '\(tuningMetric)'; known are \(names)")
      }
      configuration.metric = metric
    }
    configuration.earlyStoppingRounds = patience ?? 20
    configuration.parallel = parallelTrials ?? 1
    configuration.seed = tuningSeed ?? 0
    configuration.journals = journals
    configuration.sampler =
      switch sampler ?? .tpe {
      case .tpe: try TPESampler()
      case .random: RandomSampler()
      case .gp: try GaussianProcessSampler()
      case .cmaes: try CMAESSampler()
      case .qmc: QuasiRandomSampler()
      }
    configuration.pruner =
      switch pruner ?? .median {
      case .median: PercentilePruner.median
      case .successiveHalving: try SuccessiveHalvingPruner()
      case .hyperband: try HyperbandPruner()
      case .none: NopPruner()
      }
    return configuration
  }
}

/// Ranges as they are written on the command line.
enum SearchText {
  /// The space of texts such as `num_leaves=8..64`, `learning_rate=0.01..0.3:log` or `max_depth=3,5,7`.
  ///
  /// A range is of whole numbers where the option is one, however its ends are written.
  static func space(_ texts: [String]) throws -> SearchSpace {
    var space = SearchSpace()
    for text in texts {
      let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else { throw refusal(text) }
      let (name, values) = (parts[0], parts[1])
      if values.contains("..") {
        let isLog = values.hasSuffix(":log")
        let ends = (isLog ? String(values.dropLast(4)) : values).components(separatedBy: "..")
        guard ends.count == 2 else { throw refusal(text) }
        if !takesFractions(name), let low = Int(ends[0]), let high = Int(ends[1]), low <= high {
          try space.add(name, .whole(low...high, log: isLog))
        } else if let low = Double(ends[0]), let high = Double(ends[1]), low <= high {
          try space.add(name, .real(low...high, log: isLog))
        } else {
          throw refusal(text)
        }
      } else {
        let choices = values.split(separator: ",").map(String.init)
        let (wholes, reals) = (choices.compactMap { Int($0) }, choices.compactMap { Double($0) })
        if wholes.count == choices.count {
          try space.add(name, .choice(wholes))
        } else if reals.count == choices.count {
          try space.add(name, .choice(reals))
        } else {
          try space.add(name, .choice(choices))
        }
      }
    }
    return space
  }

  private static func takesFractions(_ name: String) -> Bool {
    var options = BoostingOptions.lightGBM
    return (try? options.set(name, to: "0.5")) != nil  // Throwing says no; unknown names are refused with the space.
  }

  private static func refusal(_ text: String) -> ValidationError {
    ValidationError("'\(text)' is no range; name=low..high, name=low..high:log or name=a,b,c are allowed")
  }
}
#endif
