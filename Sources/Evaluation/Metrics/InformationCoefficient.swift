import Compute

/// How well predictions order what came: the correlation of predictions and outcomes, period by period.
///
/// Source: Grinold and Kahn, "Active Portfolio Management" (2000); qlib's IC, Rank IC, ICIR and Rank ICIR. In a cross-section the rows of a
/// period are the symbols at one time; for one symbol they may be the ticks of an hour or a day.
public struct InformationCoefficient: Sendable, Hashable, Codable {
  /// The periods, ascending.
  public let periods: [Int64]
  /// Pearson's correlation within each period; NaN where a side does not vary or there are fewer than two rows.
  public let values: [Double]
  /// Spearman's correlation within each period, ties by mean rank; NaN likewise.
  public let rankValues: [Double]

  /// Correlates predictions and outcomes.
  ///
  /// - Parameters:
  ///   - predictions: One a row, finite.
  ///   - outcomes: What came, such as the forward return; one a row, finite.
  ///   - periods: The period of each row, such as its time or its day; nil: all rows are one.
  /// - Throws: ``EvaluationError``: `shapeMismatch`, or `invalidLabel` for a value that is not finite.
  /// - Complexity: O(n log n).
  public init(predictions: [Double], outcomes: [Double], periods: [Int64]? = nil) throws(EvaluationError) {
    try checkRows(outcomes.count, predictions.count, nil)
    guard (periods?.count ?? outcomes.count) == outcomes.count else {
      throw EvaluationError(.shapeMismatch, "\(periods?.count ?? 0) periods for \(outcomes.count) rows")
    }
    guard predictions.allSatisfy(\.isFinite), outcomes.allSatisfy(\.isFinite) else {
      throw EvaluationError(.invalidLabel, "a prediction or outcome is not finite")
    }
    let groups = Dictionary(grouping: outcomes.indices) { periods?[$0] ?? 0 }.sorted { $0.key < $1.key }
    self.periods = groups.map(\.key)
    values = groups.map { correlation($0.value.map { predictions[$0] }, $0.value.map { outcomes[$0] }) }
    rankValues = groups.map {
      correlation(meanRanks($0.value.map { predictions[$0] }).ranks, meanRanks($0.value.map { outcomes[$0] }).ranks)
    }
  }

  /// Mean over the periods that have a value.
  public var mean: Double { moments(values).mean }
  /// Mean of the rank correlations over the periods that have one.
  public var rankMean: Double { moments(rankValues).mean }
  /// Mean over standard deviation (n − 1) of the periods: the information ratio of the coefficient, ICIR.
  public var ratio: Double { moments(values).ratio }
  /// The same of the rank correlations, Rank ICIR.
  public var rankRatio: Double { moments(rankValues).ratio }

  private func moments(_ all: [Double]) -> (mean: Double, ratio: Double) {
    let known = all.filter { !$0.isNaN }
    let centre = compensatedSum(known) / Double(known.count)
    let spread = known.count > 1 ? deviation(known) : 0
    return (centre, spread > 0 ? centre / spread : .nan)
  }
}

/// Pearson's correlation of two columns of one length; NaN where a side does not vary.
func correlation(_ x: [Double], _ y: [Double]) -> Double {
  let (meanX, meanY) = (mean(x), mean(y))
  var (xx, yy, xy) = (CompensatedSum(), CompensatedSum(), CompensatedSum())
  for row in x.indices {
    let (a, b) = (x[row] - meanX, y[row] - meanY)
    xx.add(a * a)
    yy.add(b * b)
    xy.add(a * b)
  }
  let scale = (xx.value * yy.value).squareRoot()
  // A column of one number has a spread of rounding at most.
  let isFlat = x.allSatisfy { $0 == x[0] } || y.allSatisfy { $0 == y[0] }
  return isFlat || scale == 0 ? .nan : max(-1, min(1, xy.value / scale))
}
