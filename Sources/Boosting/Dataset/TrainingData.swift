/// A table of features with labels and weights, as a booster takes them.
///
/// The features are put into bins when training starts; the table itself is never copied.
public struct TrainingData: Sendable {
  /// Names of the features, one a column.
  public let featureNames: [String]
  /// Feature values; NaN means missing.
  public let table: NumericTable
  /// Labels, one a row: 0 or 1 for binary, class numbers for multiclass, any finite number for regression.
  public let labels: [Double]
  /// Row weights, not negative; nil for equal weights.
  public let weights: [Double]?
  /// Scores to start from instead of the best constant, `initScores[class * rows + row]`; nil for none.
  ///
  /// They are no part of the model: what predicts adds them to its raw scores.
  public var initScores: [Double]?

  /// Makes data from columns.
  ///
  /// - Throws: As ``init(table:labels:weights:featureNames:)``.
  public init(
    columns: [[Double]], labels: [Double], weights: [Double]? = nil, featureNames: [String]? = nil
  ) throws(BoostingError) {
    let table = try NumericTable(columns: columns)
    try self.init(table: table, labels: labels, weights: weights, featureNames: featureNames)
  }

  /// Makes data from a table.
  ///
  /// - Throws: ``BoostingError``: `shapeMismatch` if lengths differ, there is no row or column, or a name is repeated;
  ///   `invalidLabel` for a label that is not finite or a weight that is negative or not finite.
  public init(
    table: NumericTable, labels: [Double], weights: [Double]? = nil, featureNames: [String]? = nil
  ) throws(BoostingError) {
    let names = featureNames ?? (0..<table.columnCount).map { "Column_\($0)" }
    guard table.columnCount > 0, !labels.isEmpty else {
      throw BoostingError(
        .shapeMismatch,
        "\(table.columnCount) columns and \(labels.count) labels were given; at least one of each is needed")
    }
    guard table.rowCount == labels.count else {
      throw BoostingError(.shapeMismatch, "the columns have \(table.rowCount) rows; there are \(labels.count) labels")
    }
    guard names.count == table.columnCount, Set(names).count == names.count else {
      throw BoostingError(
        .shapeMismatch, "\(names.count) names for \(table.columnCount) columns; one different name a column is needed")
    }
    if let weights, weights.count != labels.count {
      throw BoostingError(.shapeMismatch, "\(weights.count) weights for \(labels.count) labels")
    }
    if let row = labels.firstIndex(where: { !$0.isFinite }) {
      throw BoostingError(.invalidLabel, "label \(labels[row]) in row \(row); labels must be finite")
    }
    if let weights, let row = weights.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) {
      throw BoostingError(.invalidLabel, "weight \(weights[row]) in row \(row); weights must be finite and at least 0")
    }
    guard labels.count <= 143_000_000 else {
      throw BoostingError(.shapeMismatch, "\(labels.count) rows; at most 143,000,000 fit the histograms")
    }
    self.featureNames = names
    self.table = table
    self.labels = labels
    self.weights = weights
  }

  /// Number of rows.
  public var rowCount: Int { labels.count }
  /// Number of features.
  public var featureCount: Int { table.columnCount }
}
