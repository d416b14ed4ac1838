import Evaluation
import Features
import TickData

/// The rows of a target and how they are cut into folds.
struct TargetRows {
  let target: TargetConfiguration
  /// Raw targets, NaN for none.
  private(set) var values: [Double]
  let folds: [Fold]
  let labelled: [Int]
  /// When each row and its label were known.
  let known: LabelledRows
  let modelsPerKind: Int

  init(_ table: FeatureTable, _ target: TargetConfiguration, _ configuration: TrainingConfiguration) throws {
    self.target = target
    let found = target.values(of: table, calendar: configuration.recipe.calendar)
    let ends = target.endRows(of: table)
    values = found
    // Rows without a stamp have no place in time, so they are neither trained nor tested on.
    labelled = found.indices.filter { !found[$0].isNaN && table.times[$0] != Tick.noTime }
    guard !labelled.isEmpty else {
      throw ModelingError(
        .noData, "no row has the target \(target.name): every symbol has at most \(target.horizon) trades")
    }
    let rows = try LabelledRows(
      times: table.times,
      // A stamp that steps back must not make a label known before its row.
      endTimes: ends.enumerated().map { row, end in
        found[row].isNaN || table.times[row] == Tick.noTime ? nil : max(table.times[row], table.times[end])
      },
      symbols: table.symbolIndices)
    known = rows
    switch configuration.validation {
    case .holdout(let split):
      folds = [
        try split.split(
          rows, endRows: ends.enumerated().map { found[$0].isNaN || table.times[$0] == Tick.noTime ? -1 : $1 })
      ]
      modelsPerKind = 1
    case .walkForward(let split):
      folds = try split.split(rows)
      modelsPerKind = folds.count + 1
    }
  }

  func labels(_ rows: [Int], bounds: BucketBounds?) -> [Double] {
    target.classes(of: rows.map { values[$0] }, bounds: bounds)
  }

  /// The rows that a search may see, those that the first fold trains on; others have no label.
  func searchable() throws(EvaluationError) -> LabelledRows {
    var isSeen = [Bool](repeating: false, count: known.count)
    for row in folds[0].train { isSeen[row] = true }
    return try LabelledRows(
      times: known.times, endTimes: known.endTimes.enumerated().map { isSeen[$0] ? $1 : nil }, symbols: known.symbols)
  }

  /// The rows with the targets of others: the k-th of `rows` gets that of the `order[k]`-th.
  func shuffled(_ rows: [Int], _ order: [Int]) -> TargetRows {
    var result = self
    for (place, source) in order.enumerated() { result.values[rows[place]] = values[rows[source]] }
    return result
  }
}
