import Boosting
import Compute
import Evaluation
import Features
import TickData

/// What a model's predictions would have earned by period before costs: whether there is anything to be found, not whether it pays.
///
/// A row is bought where the prediction is above the mean label of its fold's training rows and sold where it is below; its return is the price's up to
/// the target's horizon. The scored rows of all folds are put in the order of time and cut into periods of equal numbers of rows.
struct PredictionReturns: Sendable {
  /// Periods, four a block of the search for overfitting.
  static let periods = 64

  private let classes: Int
  /// Mean training label of each fold.
  private let usual: [Double]
  /// For each fold the future returns of its scored rows.
  private let moves: [[Double]]
  /// For each fold the period of each scored row.
  private let periodOfRow: [[Int]]
  private let periods: Int

  init(
    _ table: FeatureTable, _ target: TargetConfiguration, _ calendar: TradingCalendar, _ folds: [Fold],
    _ data: FoldedDataset,
    classes: Int
  ) throws {
    self.classes = classes
    let returns = try TargetConfiguration(.futureReturn, horizon: target.horizon, withinSession: target.withinSession)
      .values(of: table, calendar: calendar)
    moves = folds.map { fold in fold.test.map { returns[$0] } }
    usual = data.folds.map { $0.train.labels.reduce(0, +) / Double($0.train.rowCount) }
    let rows = folds.indices.flatMap { fold in folds[fold].test.indices.map { (fold, $0) } }
    let sorted = rows.sorted { table.times[folds[$0.0].test[$0.1]] < table.times[folds[$1.0].test[$1.1]] }
    let periods = min(Self.periods, rows.count)
    var periodOfRow = folds.map { [Int](repeating: 0, count: $0.test.count) }
    for (place, row) in sorted.enumerated() { periodOfRow[row.0][row.1] = place * periods / sorted.count }
    self.periodOfRow = periodOfRow
    self.periods = periods
  }

  /// Returns by period of predictions `[class * rows + row]`, a list a fold.
  func callAsFunction(_ predictions: [[Double]]) -> [Double] {
    var sums = [CompensatedSum](repeating: CompensatedSum(), count: periods)
    var counts = [Double](repeating: 0, count: periods)
    for (fold, own) in predictions.enumerated() {
      for (row, move) in moves[fold].enumerated() where !move.isNaN {
        let rows = moves[fold].count
        let expected =
          classes == 1 ? own[row] : (1..<classes).reduce(0) { $0 + Double($1) * own[$1 * rows + row] }
        let side: Double = expected > usual[fold] ? 1 : expected < usual[fold] ? -1 : 0
        sums[periodOfRow[fold][row]].add(side * move)
        counts[periodOfRow[fold][row]] += 1
      }
    }
    return zip(sums, counts).map { $1 > 0 ? $0.value / $1 : 0 }
  }
}
