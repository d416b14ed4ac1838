#if Programs
import ArgumentParser
import Boosting
import ProgramSupport

struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Shows what a model file holds.")

  @Option(help: "Model file: LightGBM text, XGBoost JSON or UBJSON.") var model: String
  @Option(help: "Features to show, the most important first; 0 for all.") var features = 20
  @Option(help: "How importance is counted: split or gain.") var importance = BoostingModel.ImportanceKind.gain
  @Flag(help: "Print one line of JSON.") var json = false

  struct Summary: Encodable {
    let objective: String
    let classes: Int
    let features: Int
    let iterations: Int
    let trees: Int
    let leaves: Int
    let largest_tree: Int
    let base_scores: [Double]
    let importance: [String: Double]
  }

  func run() throws {
    let booster = try BoostingModel(contentsOf: model)
    let values = booster.importance(importance)
    let order = values.indices.sorted { (values[$1], $0) < (values[$0], $1) }
    let shown = features > 0 ? Array(order.prefix(features)) : order
    let sizes = booster.trees.map(\.leafValue.count)
    if json {
      let named = Dictionary(shown.map { (booster.featureNames[$0], values[$0]) }) { first, _ in first }
      return try Console.printJSON(
        Summary(
          objective: booster.objective.rawValue, classes: booster.scoresPerRow, features: booster.featureNames.count,
          iterations: booster.iterationCount, trees: booster.treeCount, leaves: sizes.reduce(0, +),
          largest_tree: sizes.max() ?? 0, base_scores: booster.baseScores, importance: named))
    }
    Console.printTable([
      ["objective", booster.objective.rawValue], ["features", format(booster.featureNames.count)],
      ["iterations", format(booster.iterationCount)], ["trees", format(booster.treeCount)],
      ["leaves", format(sizes.reduce(0, +))], ["largest tree", "\(format(sizes.max() ?? 0)) leaves"],
    ])
    print("")
    Console.printTable(
      [["feature", importance.rawValue]] + shown.map { [booster.featureNames[$0], format(values[$0], 4)] })
  }
}
#endif
