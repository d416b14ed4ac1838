import Compute

extension BoostingModel {
  /// How much worse a metric becomes when a feature's values are shuffled between rows: what the model owes to it.
  ///
  /// Source: Breiman (2001), "Random forests"; the mean over several shufflings, as scikit-learn's
  /// `permutation_importance`. Meaningful on rows that the model was not trained on. Features that stand in for each other
  /// share their importance.
  /// - Parameters:
  ///   - data: Labelled rows with the model's features.
  ///   - metric: What is measured; nil for the objective's own.
  ///   - options: The parameters of the metric, such as the level of a quantile.
  ///   - repeats: Shufflings of each feature; at least 1.
  ///   - seed: Decides the shufflings.
  ///   - threads: Threads; 0 for all processors. The result is the same for any number.
  /// - Returns: One number a feature in the order of the columns; positive where the feature helps.
  /// - Throws: ``BoostingError``: `shapeMismatch` for other features, `invalidOption` for fewer repeats than 1, or for an
  ///   objective of your own with several scores a row, which no metric here measures.
  /// - Complexity: O(features · repeats · rows · trees · depth); features that no tree splits cost nothing.
  public func permutationImportance(
    _ data: TrainingData, metric: ValidationMetric? = nil, options: BoostingOptions = BoostingOptions(),
    repeats: Int = 5, seed: UInt64 = 0, threads: Int = 0
  ) throws(BoostingError) -> [Double] {
    guard repeats >= 1 else { throw BoostingError(.invalidOption, "repeats is \(repeats); it must be at least 1") }
    guard objective != .custom || scoresPerRow == 1 else {
      throw BoostingError(
        .invalidOption, "the objective is custom with \(scoresPerRow) scores a row; no metric here measures them")
    }
    try check(data.table)
    let metric = metric ?? .standard(for: objective)
    var settings = options
    (settings.objective, settings.numClass) = (objective, numClass)
    func score(_ table: NumericTable) throws(BoostingError) -> Double {
      metric.value(
        scores: try rawScores(table, threads: threads), labels: data.labels, weights: data.weights, options: settings)
    }
    let sign = metric.isLargerBetter ? 1.0 : -1.0
    let base = try score(data.table)
    let isUsed = importance(.split).map { $0 > 0 }
    var columns = (0..<data.featureCount).map { data.table.column($0) }
    var result = [Double](repeating: 0, count: data.featureCount)
    for feature in columns.indices where isUsed[feature] {
      let kept = columns[feature]
      for turn in 0..<repeats {
        var random = RandomStream(seed: seed, path: 23, UInt64(feature), UInt64(turn))
        for place in stride(from: kept.count - 1, to: 0, by: -1) {
          columns[feature].swapAt(place, random.index(below: place + 1))
        }
        result[feature] += sign * (base - (try score(NumericTable(columns: columns)))) / Double(repeats)
      }
      columns[feature] = kept
    }
    return result
  }
}
