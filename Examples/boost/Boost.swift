#if Programs
import ArgumentParser
import Boosting

@main
struct Boost: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "boost",
    abstract: "Trains and uses gradient-boosted trees on any table of numbers.",
    discussion: """
      Options of training are given as name=value under LightGBM's or XGBoost's names, or in a file in the form of
      LightGBM's train.conf. Tables are CSV, TSV, LibSVM, Parquet or .npy; models are LightGBM text (.txt) or XGBoost
      JSON and UBJSON (.json, .ubj).

      Example: boost train --data train.csv --label target --model model.txt objective=binary num_leaves=63
      """,
    subcommands: [Train.self, Predict.self, Refit.self, Convert.self, Inspect.self, CrossValidate.self])

  static func main() {
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch let error as BoostingError {
      exit(withError: Complaint(description: BoostingOptions.withParameterNames(error.message)))
    } catch {
      exit(withError: error)
    }
  }

  /// A message in the words of the command line.
  private struct Complaint: Error, CustomStringConvertible {
    let description: String
  }
}
#else
@main
struct NeedsPrograms {
  static func main() { print("built without the package trait 'Programs'") }
}
#endif
