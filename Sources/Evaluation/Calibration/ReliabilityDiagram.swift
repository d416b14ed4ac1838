import Compute

/// Predicted probabilities against what happened, in bins; scikit-learn's `calibration_curve`.
public struct ReliabilityDiagram: Sendable, Hashable, Codable {
  /// How bins are cut.
  public enum Binning: String, Sendable, Hashable, Codable, CaseIterable {
    /// Bins of equal width in 0...1.
    case uniform
    /// Bins of about equal numbers of rows.
    case quantile
  }

  /// A bin with rows.
  public struct Bin: Sendable, Hashable, Codable {
    /// Mean predicted probability.
    public let predicted: Double
    /// Share of rows of class 1.
    public let observed: Double
    /// Number of rows.
    public let rows: Int
  }

  /// The bins that have rows, ascending.
  public let bins: [Bin]
  /// Expected calibration error: mean |predicted − observed| over rows, by bins (Naeini, Cooper and Hauskrecht 2015).
  public let expectedError: Double
  /// The largest |predicted − observed| of a bin.
  public let maximumError: Double

  /// Makes the diagram.
  ///
  /// - Parameters:
  ///   - labels: 0 or 1, one a row.
  ///   - probabilities: In 0...1, one a row.
  ///   - bins: At least 1.
  /// - Throws: ``EvaluationError``: `shapeMismatch`, `invalidLabel` or `invalidOption`.
  /// - Complexity: O(n log n).
  public init(
    labels: [Double], probabilities: [Double], bins count: Int = 10, binning: Binning = .uniform
  ) throws(EvaluationError) {
    try checkBinary(labels, probabilities, nil)
    guard probabilities.allSatisfy({ $0 >= 0 && $0 <= 1 }) else {
      throw EvaluationError(.invalidLabel, "a probability is outside 0...1")
    }
    guard count >= 1 else { throw EvaluationError(.invalidOption, "\(count) bins; at least 1 is needed") }
    let sorted = probabilities.sorted()
    // The inner edges; a probability on an edge belongs below it, as scikit-learn has it.
    let edges = (1..<max(count, 1)).map { edge -> Double in
      let share = Double(edge) / Double(count)
      return binning == .uniform ? share : quantile(sorted: sorted, share)
    }
    var found = [(predicted: CompensatedSum, positives: Double, rows: Int)](
      repeating: (CompensatedSum(), 0, 0), count: count)
    for row in labels.indices {
      let bin = edges.firstPlace { $0 >= probabilities[row] }
      found[bin].predicted.add(probabilities[row])
      found[bin].positives += labels[row]
      found[bin].rows += 1
    }
    let kept = found.filter { $0.rows > 0 }.map {
      Bin(predicted: $0.predicted.value / Double($0.rows), observed: $0.positives / Double($0.rows), rows: $0.rows)
    }
    bins = kept
    expectedError =
      kept.reduce(0) { $0 + abs($1.predicted - $1.observed) * Double($1.rows) } / Double(labels.count)
    maximumError = kept.map { abs($0.predicted - $0.observed) }.max() ?? 0
  }
}
