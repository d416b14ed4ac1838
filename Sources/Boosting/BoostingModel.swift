import Foundation

/// A trained ensemble of trees: predicts rows, and is written in and read from the formats of LightGBM and XGBoost.
public struct BoostingModel: Sendable, Hashable {
  /// What the scores mean.
  public let objective: BoostingOptions.Objective
  /// Number of classes for multiclass objectives, of scores a row for a custom one, else 1.
  public let numClass: Int
  /// Names of the features in the order of the columns.
  public let featureNames: [String]
  /// The first metric's validation scores by round, if there was validation data.
  public var history: [Double] { metricHistory.first ?? [] }
  /// Validation scores by round, one list a metric in the order of the options.
  public internal(set) var metricHistory: [[Double]] = []
  /// The round with the best validation score, from 1; nil without validation data.
  public internal(set) var bestIteration: Int?

  /// What a Poisson, Tweedie or pseudo-Huber model was trained with, for XGBoost's files; predictions do not need it.
  var objectiveParameter: Double?
  /// Scores that every row starts with, one a class, besides what is in the trees.
  package var baseScores: [Double]
  /// Trees; number t belongs to class `t % scoresPerRow`.
  package var trees: [Tree]
  /// Smallest and largest training value of each feature, or nil for a feature without a split.
  var featureRanges: [ClosedRange<Double>?]
  /// The categories of features whose values are categories, the most frequent first; LightGBM's files hold them.
  var featureCategories: [Int: [Int32]] = [:]
  /// Whether scores are means over rounds instead of sums: random forests.
  public let averagesTrees: Bool
  /// Flattened trees for prediction.
  let forest: Forest

  init(
    objective: BoostingOptions.Objective, numClass: Int, featureNames: [String], baseScores: [Double], trees: [Tree],
    featureRanges: [ClosedRange<Double>?], averagesTrees: Bool = false
  ) {
    self.objective = objective
    self.numClass = numClass
    self.featureNames = featureNames
    self.baseScores = baseScores
    self.trees = trees
    self.featureRanges = featureRanges
    self.averagesTrees = averagesTrees
    forest = Forest(trees, baseScores: baseScores, averagesTrees: averagesTrees)
  }

  /// Scores a row has.
  public var scoresPerRow: Int { baseScores.count }
  /// Rounds of boosting that the model holds.
  public var iterationCount: Int { trees.count / scoresPerRow }
  /// Number of trees.
  public var treeCount: Int { trees.count }

  // MARK: - Prediction

  /// Raw scores of columns of rows: `result[class * rows + row]`.
  ///
  /// - Parameters:
  ///   - columns: One array a feature, all of one length; NaN means missing.
  ///   - threads: Threads; 0 for all processors.
  /// - Throws: ``BoostingError`` with code `shapeMismatch` for another number of columns or unequal lengths.
  /// - Complexity: O(rows · trees · depth).
  public func rawScores(_ columns: [[Double]], threads: Int = 0) throws(BoostingError) -> [Double] {
    try rawScores(NumericTable(columns: columns), threads: threads)
  }

  /// Raw scores of a table of rows: `result[class * rows + row]`.
  ///
  /// - Throws: ``BoostingError`` with code `shapeMismatch` for another number of columns.
  public func rawScores(_ table: NumericTable, threads: Int = 0) throws(BoostingError) -> [Double] {
    try check(table)
    return forest.scores(table, threads: threads)
  }

  /// Raw scores of a table, each row's only as far as it takes for its class to be clear.
  ///
  /// - Throws: ``BoostingError``: `shapeMismatch` for another number of columns; `invalidOption` for a frequency below 1, a
  ///   negative margin, a random forest, or an objective without classes.
  public func rawScores(
    _ table: NumericTable, until stop: PredictionEarlyStop, threads: Int = 0
  ) throws(BoostingError) -> [Double] {
    try check(table)
    guard stop.frequency >= 1, stop.margin >= 0 else {
      throw BoostingError(
        .invalidOption,
        "frequency is \(stop.frequency) and margin \(stop.margin); they must be at least 1 and at least 0")
    }
    guard objective == .binary || objective.isMulticlass, !averagesTrees else {
      throw BoostingError(
        .invalidOption,
        "only binary and multiclass sums of trees stop early; this is \(objective.rawValue)"
          + (averagesTrees ? ", a random forest" : ""))
    }
    return forest.scores(table, threads: threads, until: stop)
  }

  /// Predictions: the probability of class 1, the regression value, or the probability of each class,
  /// `result[class * rows + row]`.
  ///
  /// - Throws: As ``rawScores(_:threads:)-([[Double]],_)``.
  public func predictions(_ columns: [[Double]], threads: Int = 0) throws(BoostingError) -> [Double] {
    try predictions(NumericTable(columns: columns), threads: threads)
  }

  /// Predictions of a table of rows, in the meaning of those of columns.
  public func predictions(_ table: NumericTable, threads: Int = 0) throws(BoostingError) -> [Double] {
    var scores = try rawScores(table, threads: threads)
    objective.transform(&scores, rows: table.rowCount)
    return scores
  }

  func check(_ table: NumericTable) throws(BoostingError) {
    guard table.columnCount == featureNames.count else {
      throw BoostingError(
        .shapeMismatch, "\(table.columnCount) columns were given; the model has \(featureNames.count) features")
    }
  }

  /// Raw scores of one row, one a class.
  ///
  /// - Throws: ``BoostingError`` with code `shapeMismatch` for another number of features.
  /// - Complexity: O(trees · depth); allocates the result only.
  public func rawScores(row: [Double]) throws(BoostingError) -> [Double] {
    var scores = [Double](repeating: 0, count: scoresPerRow)
    try rawScores(row: row, into: &scores)
    return scores
  }

  /// Writes the raw scores of one row, one a class: for predictions one at a time.
  ///
  /// Any number of threads may ask one model at once.
  /// - Parameters:
  ///   - row: One value a feature; NaN means missing.
  ///   - scores: Receives ``scoresPerRow`` scores; keep it from row to row.
  /// - Throws: ``BoostingError`` with code `shapeMismatch` for another number of features or scores.
  /// - Complexity: O(features · log bounds + trees · depth), bounds being the thresholds of a feature. Allocates nothing for up
  ///   to 100 features; nor for up to 512 whose missing values all nodes treat alike.
  public func rawScores(row: [Double], into scores: inout [Double]) throws(BoostingError) {
    guard row.count == featureNames.count else {
      throw BoostingError(
        .shapeMismatch, "a row of \(row.count) features was given; the model has \(featureNames.count)")
    }
    guard scores.count == scoresPerRow else {
      throw BoostingError(.shapeMismatch, "there is room for \(scores.count) scores; a row has \(scoresPerRow)")
    }
    row.withUnsafeBufferPointer { row in
      scores.withUnsafeMutableBufferPointer { scores in
        // A model without features still has scores, and an empty row has no address.
        guard let values = row.baseAddress, let target = scores.baseAddress else { return }
        forest.score(row: values, into: target)
      }
    }
  }

  /// The prediction of one row, in the meaning of ``predictions(_:threads:)``.
  public func prediction(row: [Double]) throws(BoostingError) -> [Double] {
    var scores = try rawScores(row: row)
    objective.transform(&scores, rows: 1)
    return scores
  }

  // MARK: - Parts and importance

  /// The model of the first rounds only, at least one, as after early stopping.
  public func truncated(to iterations: Int) -> BoostingModel {
    precondition(iterations >= 1, "a model keeps at least one round")
    var shorter = BoostingModel(
      objective: objective, numClass: numClass, featureNames: featureNames, baseScores: baseScores,
      trees: Array(trees.prefix(min(iterations, iterationCount) * scoresPerRow)), featureRanges: featureRanges,
      averagesTrees: averagesTrees)
    shorter.metricHistory = metricHistory
    shorter.objectiveParameter = objectiveParameter
    shorter.featureCategories = featureCategories
    shorter.bestIteration = bestIteration
    return shorter
  }

  /// The rounds of this model and then those of another; raw scores add up.
  ///
  /// - Throws: ``BoostingError`` with code `shapeMismatch` for another objective or other features, or random forests.
  public func merged(with other: BoostingModel) throws(BoostingError) -> BoostingModel {
    try merged(with: other, history: false)
  }

  /// The same; with `history` the other model's scores by round and its best round are kept.
  package func merged(with other: BoostingModel, history: Bool) throws(BoostingError) -> BoostingModel {
    guard other.objective == objective, other.scoresPerRow == scoresPerRow,
      other.featureNames.count == featureNames.count, !averagesTrees, !other.averagesTrees
    else {
      throw BoostingError(
        .shapeMismatch, "models of one objective and the same features can be merged, random forests not")
    }
    var merged = BoostingModel(
      objective: objective, numClass: numClass, featureNames: featureNames,
      baseScores: zip(baseScores, other.baseScores).map { $0 + $1 }, trees: trees + other.trees,
      featureRanges: zip(featureRanges, other.featureRanges).map { first, second in
        guard let first, let second else { return first ?? second }
        return min(first.lowerBound, second.lowerBound)...max(first.upperBound, second.upperBound)
      })
    merged.objectiveParameter = objectiveParameter
    merged.featureCategories = featureCategories.merging(other.featureCategories) { own, added in
      let known = Set(own)
      return own + added.filter { !known.contains($0) }
    }
    if history {
      merged.metricHistory = other.metricHistory
      merged.bestIteration = other.bestIteration.map { $0 + iterationCount }
    }
    return merged
  }

  /// The rounds with numbers in a range, from 0, as a model of their own; the scores to start from stay with round 0.
  ///
  /// - Throws: ``BoostingError`` with code `shapeMismatch` for a range outside the model's rounds.
  public func rounds(_ range: Range<Int>) throws(BoostingError) -> BoostingModel {
    guard range.lowerBound >= 0, range.upperBound <= iterationCount else {
      throw BoostingError(.shapeMismatch, "rounds \(range) were asked for; the model has \(iterationCount)")
    }
    var part = BoostingModel(
      objective: objective, numClass: numClass, featureNames: featureNames,
      baseScores: range.lowerBound == 0 ? baseScores : baseScores.map { _ in 0 },
      trees: Array(trees[range.lowerBound * scoresPerRow..<range.upperBound * scoresPerRow]),
      featureRanges: featureRanges, averagesTrees: averagesTrees)
    part.objectiveParameter = objectiveParameter
    part.featureCategories = featureCategories
    return part
  }

  /// How a feature's importance is counted.
  public enum ImportanceKind: String, Sendable, Hashable, CaseIterable {
    /// Number of splits.
    case split
    /// Sum of the gains of its splits.
    case gain
    /// Sum of the training rows that its splits part; of their hessians where a file has no counts.
    case cover
  }

  /// The importance of every feature, in the order of the columns.
  public func importance(_ kind: ImportanceKind) -> [Double] {
    var result = [Double](repeating: 0, count: featureNames.count)
    for tree in trees {
      for (node, feature) in tree.splitFeature.enumerated() {
        switch kind {
        case .split: result[Int(feature)] += 1
        case .gain: result[Int(feature)] += tree.gain[node]
        case .cover:
          let count = tree.internalCount[node]
          result[Int(feature)] += count > 0 ? Double(count) : tree.internalWeight[node]
        }
      }
    }
    return result
  }
}
