#if Programs
import ArgumentParser
import Features
import Foundation
import ModelServing
import Modeling
import ProgramSupport
import TickData
import TickStorage

@main
struct Predict: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Predicts the ticks of a file or store with saved bundles.",
    discussion: """
      --bundle names one bundle or a folder of bundles. Each bundle's own recipe computes its features; bundles of one
      recipe share the work. Ticks are cleaned as those that the bundles were trained on; cleaning options given here
      are not looked at. The output has one row a trade: symbol, ts_ns, and for each bundle its prediction, and for
      classes the probability of each.

      Example: predict --bundle ml_models --ticks day.parquet --output predictions.parquet
      """)

  @OptionGroup var input: TickOptions
  @Option(help: "A bundle, or a folder of bundles.") var bundle: String
  @Option(help: "Output file: .parquet, .csv or .csv.gz; without it the newest tick of each symbol is shown.")
  var output: String?
  @Flag(help: "Take the ticks as they stand.") var noClean = false
  @Flag(help: "Print the predictions of each symbol's newest tick as JSON, one line a symbol.") var json = false

  func run() throws {
    try input.refuseOverwriting(output)
    let bundles =
      FileManager.default.fileExists(atPath: bundle + "/manifest.json")
      ? [try ModelBundle(contentsOf: bundle)] : try ModelBundle.all(in: bundle)
    var ticks = try input.table()
    if !noClean, let options = try sharedCleaning(bundles) {
      let (cleaned, report) = try TickCleaner(options).clean(ticks)
      ticks = cleaned
      if !json { printCleaning(report) { Console.note("predict: \($0)") } }
    }
    var recipes: [FeatureRecipe] = []
    for bundle in bundles where !recipes.contains(bundle.recipe) { recipes.append(bundle.recipe) }
    let tables = try recipes.map { try $0.features(of: ticks) }
    guard let first = tables.first, first.rowCount > 0 else {
      throw ModelingError(.noData, "there are no trades to predict")
    }
    func table(_ bundle: ModelBundle) -> FeatureTable { tables[recipes.firstIndex(of: bundle.recipe) ?? 0] }
    if let output {
      try write(bundles.map { ($0, table($0)) }, first, to: output)
      if !json { Console.note("predict: \(format(first.rowCount)) rows of \(bundles.count) bundles in \(output)") }
    }
    if json || output == nil { try showNewest(bundles, table) }
  }

  /// How the bundles' training ticks were cleaned; what is predicted is cleaned alike.
  private func sharedCleaning(_ bundles: [ModelBundle]) throws -> CleaningOptions? {
    guard let first = bundles.first, bundles.allSatisfy({ $0.cleaning == first.cleaning }) else {
      throw ValidationError("the bundles want ticks that are cleaned in different ways; predict them one by one")
    }
    return first.cleaning
  }

  private func write(_ pairs: [(ModelBundle, FeatureTable)], _ keys: FeatureTable, to path: String) throws {
    var names: [String] = []
    var columns: [[Double]] = []
    for (bundle, table) in pairs {
      let results = try bundle.predictions(table)
      names.append(bundle.name)
      columns.append(results.map(\.prediction))
      for k in 0..<(bundle.target.classCount ?? 0) {
        names.append("\(bundle.name)_p\(k)")
        columns.append(results.map { $0.probabilities[k] })
      }
    }
    let writer = try TableFileWriter(path: path, columns: names)
    let rows = keys.rowCount
    let flat = columns.flatMap { $0 }
    try flat.withUnsafeBufferPointer { flat in
      try writer.append(
        symbols: keys.symbols, symbolIndices: keys.symbolIndices, times: keys.times,
        columns: names.indices.map { UnsafeBufferPointer(rebasing: flat[$0 * rows..<($0 + 1) * rows]) })
    }
    try writer.finish()
  }

  private func showNewest(_ bundles: [ModelBundle], _ table: (ModelBundle) -> FeatureTable) throws {
    var lines = [["symbol", "time (UTC)", "model", "prediction", "confidence"]]
    guard let keys = bundles.first.map(table) else { return }
    var newest: [Int32: Int] = [:]
    for (row, symbol) in keys.symbolIndices.enumerated() { newest[symbol] = row }
    for (symbol, row) in newest.sorted(by: { $0.key < $1.key }) {
      let responses = try bundles.map { bundle in
        let features = table(bundle)
        return try PredictionResponse(
          symbol: keys.symbols[Int(symbol)], timestamp: keys.times[row],
          row: features.columns.indices.map { features[row, $0] }, bundles: [bundle])
      }
      if json {
        try Console.printJSON(PredictionResponse(merging: responses))
        continue
      }
      for response in responses {
        for (name, value) in response.predictions {
          lines.append([
            response.symbol, formatTime(response.timestamp), name,
            value.probabilities.isEmpty ? String(format: "%+.3e", value.prediction) : String(Int(value.prediction)),
            format(response.confidence[name] ?? .nan, 3),
          ])
        }
      }
    }
    if !json { Console.printTable(lines) }
  }
}
#else
@main
struct NeedsPrograms {
  static func main() { print("built without the package trait 'Programs'") }
}
#endif
