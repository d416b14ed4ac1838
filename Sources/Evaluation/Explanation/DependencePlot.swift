import Compute

/// A feature's contribution against its value, row by row, with another feature's value as colour: where the model's answer bends, and with what it interacts.
///
/// Source: Lundberg et al., "From local explanations to global understanding" (2020).
public struct DependencePlot: Sendable, Hashable, Codable {
  /// The column of the feature.
  public let column: Int
  /// The column that colours the points; nil for none.
  public let colourColumn: Int?
  /// Values of the sampled rows that have one.
  public let values: [Double]
  /// Contributions of those rows.
  public let contributions: [Double]
  /// Values of the colouring feature; empty without one, NaN where missing.
  public let colours: [Double]

  /// What colours the points.
  public enum Colour: Sendable, Hashable {
    /// Nothing.
    case none
    /// A column.
    case column(Int)
    /// The column that the contributions follow most where the feature itself hardly changes: the mean over windows of up to 50 rows, neighbours by the feature's value,
    /// of |correlation| of contributions and that column's values. The lowest of equals; none where no column varies.
    case strongest
  }

  /// Takes the points.
  ///
  /// - Parameters:
  ///   - column: The feature.
  ///   - values: One array a feature, all of one length; NaN means missing.
  ///   - contributions: As many arrays of that length.
  ///   - colour: What colours the points.
  ///   - sample: Most points that are kept, at least 1.
  ///   - seed: Decides which.
  /// - Throws: ``EvaluationError``: `shapeMismatch` for arrays that do not fit each other or columns that do not exist; `invalidLabel` for a contribution that is not finite or
  ///   a feature without a value; `invalidOption` for the sample.
  /// - Complexity: O(rows · (log rows + features)).
  public init(
    _ column: Int, values: [[Double]], contributions: [[Double]], colour: Colour = .strongest, sample: Int = 500,
    seed: UInt64 = 1
  ) throws(EvaluationError) {
    _ = try checkContributions(values, contributions)
    guard values.indices.contains(column) else {
      throw EvaluationError(.shapeMismatch, "column \(column) of \(values.count) features")
    }
    guard sample >= 1 else { throw EvaluationError(.invalidOption, "a sample of \(sample) rows; at least 1 is needed") }
    let own = values[column]
    let known = own.indices.filter { !own[$0].isNaN }
    guard !known.isEmpty else { throw EvaluationError(.invalidLabel, "feature \(column) has no value") }
    switch colour {
    case .none: colourColumn = nil
    case .column(let other):
      guard values.indices.contains(other) else {
        throw EvaluationError(.shapeMismatch, "column \(other) of \(values.count) features")
      }
      colourColumn = other
    case .strongest:
      colourColumn = Self.strongest(
        known.sorted { (own[$0], $0) < (own[$1], $1) }, column, values, contributions[column])
    }
    var random = RandomStream(seed: seed, path: UInt64(column))
    let chosen =
      sample < known.count ? random.sample(sample, of: known.count).sorted().map { known[$0] } : known
    self.column = column
    self.values = chosen.map { own[$0] }
    self.contributions = chosen.map { contributions[column][$0] }
    colours = colourColumn.map { other in chosen.map { values[other][$0] } } ?? []
  }

  private static func strongest(
    _ order: [Int], _ column: Int, _ values: [[Double]], _ contributions: [Double]
  ) -> Int? {
    let window = max(3, min(50, order.count / 10))
    var best: (column: Int, strength: Double)?
    for other in values.indices where other != column {
      var sum = 0.0
      for start in stride(from: 0, to: order.count, by: window) {
        let rows = order[start..<min(start + window, order.count)].filter { !values[other][$0].isNaN }
        guard rows.count > 2 else { continue }
        let found = correlation(rows.map { values[other][$0] }, rows.map { contributions[$0] })
        if !found.isNaN { sum += abs(found) * Double(rows.count) / Double(order.count) }
      }
      if sum > best?.strength ?? 0 { best = (other, sum) }
    }
    return best?.column
  }
}
