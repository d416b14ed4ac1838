/// Feature columns with labels and weights, as a booster takes them.
///
/// The columns are copied once, here or into bins when training starts, and never changed.
public struct TrainingData: Sendable {
  /// Names of the features, one a column.
  public let featureNames: [String]
  /// Feature values, one array a column; NaN means missing.
  public let columns: [[Double]]
  /// Labels, one a row: 0 or 1 for binary, class numbers for multiclass, any finite number for regression.
  public let labels: [Double]
  /// Row weights, not negative; nil for equal weights.
  public let weights: [Double]?

  /// Makes data.
  ///
  /// - Throws: ``BoostingError``: `shapeMismatch` if lengths differ, there is no row or column, or a name is repeated;
  ///   `invalidLabel` for a label that is not finite or a weight that is negative or not finite.
  public init(
    columns: [[Double]], labels: [Double], weights: [Double]? = nil, featureNames: [String]? = nil
  ) throws(BoostingError) {
    let names = featureNames ?? columns.indices.map { "Column_\($0)" }
    guard !columns.isEmpty, !labels.isEmpty else {
      throw BoostingError(
        .shapeMismatch, "\(columns.count) columns and \(labels.count) labels were given; at least one of each is needed"
      )
    }
    for (index, column) in columns.enumerated() where column.count != labels.count {
      throw BoostingError(
        .shapeMismatch, "column \(index) has \(column.count) rows; there are \(labels.count) labels")
    }
    guard names.count == columns.count, Set(names).count == names.count else {
      throw BoostingError(
        .shapeMismatch, "\(names.count) names for \(columns.count) columns; one different name a column is needed")
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
    self.columns = columns
    self.labels = labels
    self.weights = weights
  }

  /// Number of rows.
  public var rowCount: Int { labels.count }
  /// Number of features.
  public var featureCount: Int { columns.count }
}
