import Compute

/// Probabilities from scores by the best curve that never falls: steps joined by lines, level beyond the ends.
///
/// Source: pool adjacent violators (Ayer et al. 1955; Zadrozny and Elkan 2002); equal to scikit-learn's
/// `IsotonicRegression(out_of_bounds="clip")`: rows of one score are one point, and scores between two points are interpolated. Needs more rows
/// than ``PlattScaling`` (a thousand or so) and keeps ties that it made.
public struct IsotonicCalibration: Sendable, Hashable, Codable {
  /// Scores at which the curve bends, ascending.
  public let scores: [Double]
  /// Its values there, ascending.
  public let values: [Double]

  /// Fits the curve.
  ///
  /// - Parameters:
  ///   - labels: Any finite numbers, one a row; 0 or 1 for probabilities.
  ///   - scores: Finite numbers.
  ///   - weights: One a row, or nil.
  /// - Throws: ``EvaluationError``: `shapeMismatch`, or `invalidLabel` for a value that is not finite.
  /// - Complexity: O(n log n).
  public init(labels: [Double], scores: [Double], weights: [Double]? = nil) throws(EvaluationError) {
    try checkRows(labels.count, scores.count, weights)
    guard labels.allSatisfy(\.isFinite), scores.allSatisfy(\.isFinite) else {
      throw EvaluationError(.invalidLabel, "a label or score is not finite")
    }
    let rows = scores.indices.filter { (weights?[$0] ?? 1) > 0 }.sorted { scores[$0] < scores[$1] }
    var points: [(score: Double, sum: Double, weight: Double)] = []
    for row in rows {
      let weight = weights?[row] ?? 1
      if let last = points.last, last.score == scores[row] {
        points[points.count - 1].sum += weight * labels[row]
        points[points.count - 1].weight += weight
      } else {
        points.append((scores[row], weight * labels[row], weight))
      }
    }
    var blocks: [(sum: Double, weight: Double, points: Int)] = []
    for point in points {
      blocks.append((point.sum, point.weight, 1))
      while blocks.count > 1,
        blocks[blocks.count - 2].sum * blocks[blocks.count - 1].weight
          >= blocks[blocks.count - 1].sum * blocks[blocks.count - 2].weight
      {
        let last = blocks.removeLast()
        let into = blocks.count - 1
        blocks[into] = (
          blocks[into].sum + last.sum, blocks[into].weight + last.weight, blocks[into].points + last.points
        )
      }
    }
    var (ends, heights): ([Double], [Double]) = ([], [])
    var place = 0
    for block in blocks {
      let height = block.sum / block.weight
      ends.append(points[place].score)
      heights.append(height)
      if block.points > 1 {
        ends.append(points[place + block.points - 1].score)
        heights.append(height)
      }
      place += block.points
    }
    self.scores = ends
    values = heights
  }

  /// The value of the curve at a score; NaN for NaN.
  ///
  /// - Complexity: O(log points).
  public func callAsFunction(_ score: Double) -> Double {
    guard !score.isNaN else { return .nan }
    guard score > scores[0] else { return values[0] }
    guard score < scores[scores.count - 1] else { return values[values.count - 1] }
    var (low, high) = (0, scores.count - 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if scores[middle] <= score { low = middle } else { high = middle }
    }
    let share = (score - scores[low]) / (scores[high] - scores[low])
    return values[low] + share * (values[high] - values[low])
  }
}
