import Compute

/// The mean prediction when one column is set to each value of a grid and the others stay: what a model makes of a feature on average.
///
/// Source: Friedman, "Greedy function approximation" (2001); scikit-learn's `partial_dependence(method="brute")`: the grid is equally spaced between two
/// percentiles (Hazen-like plotting positions with α = β = 0.4, scipy's `mquantiles`), or the column's own values where they are fewer than the resolution.
public struct PartialDependence: Sendable, Hashable, Codable {
  /// The column.
  public let column: Int
  /// The values it is set to, ascending.
  public let grid: [Double]
  /// The mean prediction at each.
  public let average: [Double]
  /// The prediction of single rows at each, `individual[row][point]`; empty unless asked for.
  ///
  /// Source: Goldstein and others, "Peeking inside the black box" (2015): individual conditional expectation, ICE.
  public let individual: [[Double]]

  /// Asks a model.
  ///
  /// - Parameters:
  ///   - columns: One array a column, all of one length; missing values of the column have no part in the grid.
  ///   - column: The column that is set.
  ///   - resolution: Points of the grid, at least 2.
  ///   - percentiles: Where the grid begins and ends, in 0...1, ascending.
  ///   - keepsIndividual: Whether ``individual`` is kept.
  ///   - threads: Threads that ask, one a point; the result is the same for any number.
  ///   - predict: One prediction a row for columns of the same form.
  /// - Throws: ``EvaluationError``: `shapeMismatch` for unequal or no rows, a column that does not exist, or another number of predictions; `invalidOption` for a
  ///   resolution or percentiles out of range; `invalidLabel` for a column without values or with infinite ones; or what `predict` throws.
  /// - Complexity: `resolution` times that of the predictions.
  public init(
    columns: [[Double]], column: Int, resolution: Int = 20, percentiles: (Double, Double) = (0.05, 0.95),
    keepsIndividual: Bool = false, threads: Int = 1,
    predict: @escaping @Sendable (_ columns: [[Double]]) throws -> [Double]
  ) throws {
    let rows = try checkColumns(columns)
    guard columns.indices.contains(column) else {
      throw EvaluationError(.shapeMismatch, "column \(column) of \(columns.count) columns")
    }
    let grid = try Self.grid(columns[column], resolution, percentiles)
    let results = parallelMap(count: grid.count, threads: threads) { point in
      var moved = columns
      moved[column] = [Double](repeating: grid[point], count: rows)
      return Result { try predict(moved) }
    }
    let predictions = try results.map { try $0.get() }
    guard predictions.allSatisfy({ $0.count == rows }) else {
      throw EvaluationError(.shapeMismatch, "\(predictions.map(\.count)) predictions for \(rows) rows")
    }
    self.column = column
    self.grid = grid
    average = predictions.map { mean($0) }
    individual = keepsIndividual ? (0..<rows).map { row in predictions.map { $0[row] } } : []
  }

  /// The values that a column is set to.
  private static func grid(
    _ values: [Double], _ resolution: Int, _ percentiles: (Double, Double)
  ) throws(EvaluationError) -> [Double] {
    guard resolution >= 2, percentiles.0 >= 0, percentiles.1 <= 1, percentiles.0 < percentiles.1 else {
      throw EvaluationError(
        .invalidOption, "resolution \(resolution), percentiles \(percentiles); at least 2, ascending in 0...1")
    }
    let sorted = values.filter { !$0.isNaN }.sorted()
    guard let first = sorted.first, let last = sorted.last, first.isFinite, last.isFinite else {
      throw EvaluationError(.invalidLabel, "the column has no value, or an infinite one")
    }
    var different: [Double] = []
    for value in sorted where value != different.last {
      different.append(value)
      if different.count >= resolution { break }
    }
    if different.count < resolution { return different }
    let low = plottingQuantile(sorted, percentiles.0)
    let high = plottingQuantile(sorted, percentiles.1)
    // Where most rows share one value the percentiles meet; then the grid spans all values.
    let (from, to) = high > low ? (low, high) : (first, last)
    return (0..<resolution).map {
      $0 == resolution - 1 ? to : from + (to - from) / Double(resolution - 1) * Double($0)
    }
  }

  /// The quantile with plotting positions (k − 0.4) / (n + 0.2).
  private static func plottingQuantile(_ sorted: [Double], _ probability: Double) -> Double {
    let count = Double(sorted.count)
    let position = 0.4 + probability * (count + 0.2)
    let lower = min(max(position.rounded(.down), 1), max(count - 1, 1))
    let part = min(max(position - lower, 0), 1)
    let upper = sorted[min(Int(lower), sorted.count - 1)]
    return (1 - part) * sorted[Int(lower) - 1] + part * upper
  }
}
