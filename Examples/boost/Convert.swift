#if Programs
import ArgumentParser
import Boosting

struct Convert: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Writes a model file in another format.",
    discussion: "What the other format cannot say is refused.")

  @Option(help: "Model file: LightGBM text, XGBoost JSON or UBJSON.") var model: String
  @Option(help: "File to write: .txt is LightGBM text, .json and .ubj are XGBoost's.") var output: String
  @Flag(help: "The model only ever sees single precision, so that every threshold can be one of XGBoost's.")
  var singlePrecision = false

  func run() throws {
    try BoostingModel(contentsOf: model).write(to: output, singlePrecisionInput: singlePrecision)
  }
}
#endif
