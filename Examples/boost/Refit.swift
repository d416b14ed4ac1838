#if Programs
import ArgumentParser
import Boosting
import ProgramSupport

struct Refit: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Moves the leaf values of a model towards what other rows say; its trees stay.",
    discussion: "Penalties such as lambda_l2 are given as name=value; the objective is the model's own.")

  @OptionGroup var training: TrainingOptions
  @Option(help: "Model file to start from.") var inputModel: String
  @Option(help: "Model file to write: .txt, .json or .ubj.") var model: String
  @Option(help: "Share of the old values, 0 to 1 (refit_decay_rate).") var decay = 0.9

  func run() throws {
    let start = try BoostingModel(contentsOf: inputModel)
    let settings = try training.resolved(model: model)
    var options = settings.options
    guard !settings.namesObjective || options.objective == start.objective else {
      throw ValidationError(
        "objective is \(options.objective.rawValue); the model's is \(start.objective.rawValue), which a refit keeps")
    }
    (options.objective, options.numClass) = (start.objective, start.numClass)
    var file = try settings.trainingFile()
    try file.arrange(as: start.featureNames)
    let refitted = try start.refitted(on: try file.trainingData(), options, decay: decay)
    try refitted.write(to: model, singlePrecisionInput: file.isSingle)
  }
}
#endif
