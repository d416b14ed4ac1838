import Compute

/// What features contribute to the predictions of rows, summed up and sampled for a picture (a SHAP summary, or "beeswarm").
///
/// Source: Lundberg and Lee, "A unified approach to interpreting model predictions" (2017). Contributions are given: for trees they are exact Shapley values of the raw
/// score (`BoostingModel.contributions`).
public struct ContributionSummary: Sendable, Hashable, Codable {
  /// One feature.
  public struct Feature: Sendable, Hashable, Codable {
    /// Its column.
    public let column: Int
    /// Mean |contribution| over all rows.
    public let meanAbsolute: Double
    /// Values of the sampled rows; NaN where missing.
    public let values: [Double]
    /// Contributions of the sampled rows.
    public let contributions: [Double]
  }

  /// The sampled rows, ascending; the same for all features.
  public let rows: [Int]
  /// The features by their mean |contribution|, the largest first; equal ones in the order of their columns.
  public let features: [Feature]

  /// Sums up contributions.
  ///
  /// - Parameters:
  ///   - values: One array a feature, all of one length; NaN means missing.
  ///   - contributions: As many arrays of that length.
  ///   - sample: Most rows that are kept for a picture, at least 1.
  ///   - seed: Decides which.
  /// - Throws: ``EvaluationError``: `shapeMismatch` for arrays that do not fit each other; `invalidLabel` for a contribution that is not finite; `invalidOption` for the sample.
  /// - Complexity: O(features · rows).
  public init(
    values: [[Double]], contributions: [[Double]], sample: Int = 500, seed: UInt64 = 1
  ) throws(EvaluationError) {
    let count = try checkContributions(values, contributions)
    guard sample >= 1 else { throw EvaluationError(.invalidOption, "a sample of \(sample) rows; at least 1 is needed") }
    var random = RandomStream(seed: seed)
    let chosen = sample < count ? random.sample(sample, of: count).sorted() : Array(0..<count)
    rows = chosen
    let found = values.indices.map { column in
      Feature(
        column: column, meanAbsolute: compensatedSum(contributions[column].map { abs($0) }) / Double(count),
        values: chosen.map { values[column][$0] }, contributions: chosen.map { contributions[column][$0] })
    }
    features = found.sorted { ($1.meanAbsolute, $0.column) < ($0.meanAbsolute, $1.column) }
  }
}

/// Throws unless contributions fit values; returns the number of rows.
func checkContributions(_ values: [[Double]], _ contributions: [[Double]]) throws(EvaluationError) -> Int {
  let rows = try checkColumns(values)
  guard contributions.count == values.count, contributions.allSatisfy({ $0.count == rows }) else {
    throw EvaluationError(
      .shapeMismatch,
      "\(contributions.count) columns of contributions for \(values.count) features of \(rows) rows; one each of that length"
    )
  }
  guard contributions.allSatisfy({ $0.allSatisfy(\.isFinite) }) else {
    throw EvaluationError(.invalidLabel, "a contribution is not finite")
  }
  return rows
}
