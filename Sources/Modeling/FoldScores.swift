public import Evaluation
import Features

/// The scores of one fold; those that a target does not have are nil.
public struct FoldScores: Sendable, Hashable, Codable {
  /// Training rows.
  public let trainRows: Int
  /// Test rows.
  public let testRows: Int
  /// Area under the ROC curve, for two classes.
  public internal(set) var auc: ScoreInterval?
  /// Mean negative log-likelihood, for classes.
  public internal(set) var logLoss: Double?
  /// Share of rows predicted right, for classes.
  public internal(set) var accuracy: Double?
  /// Precision of class 1 for two classes, else the mean over classes.
  public internal(set) var precision: Double?
  /// Recall of class 1 for two classes, else the mean over classes.
  public internal(set) var recall: Double?
  /// F1 of class 1 for two classes, else the mean over classes.
  public internal(set) var f1: Double?
  /// Rows by true and predicted class, for classes.
  public internal(set) var confusion: ConfusionMatrix?
  /// Errors, for returns.
  public internal(set) var regression: RegressionScores?

  /// Scores predictions `predictions[class * rows + row]` (one a row for two classes and for returns).
  ///
  /// - Parameter blocks: The rows in time, for the interval of two classes.
  init(
    trainRows: Int, labels: [Double], predictions: [Double], target: TargetConfiguration,
    blocks: @autoclosure () -> TimeBlocks
  ) throws(EvaluationError) {
    self.trainRows = trainRows
    testRows = labels.count
    guard let classes = target.classCount else {
      regression = try RegressionScores(labels: labels, predictions: predictions)
      return
    }
    let truth = labels.map { Int($0) }
    let matrix = try ConfusionMatrix(
      labels: truth, predictions: predictedClasses(predictions, rows: labels.count, classes: classes),
      classes: classes)
    confusion = matrix
    accuracy = matrix.accuracy
    precision = classes == 2 ? matrix.precision(1) : matrix.macroPrecision
    recall = classes == 2 ? matrix.recall(1) : matrix.macroRecall
    f1 = classes == 2 ? matrix.f1(1) : matrix.macroF1
    logLoss = try Evaluation.logLoss(labels: truth, probabilities: predictions, classes: classes)
    if classes == 2 {
      let blocks = blocks()
      // Intervals of few blocks reach far into the tails.
      auc = try rocAUCInterval(
        labels: blocks.ordered(labels), scores: blocks.ordered(predictions), blockLength: blocks.length,
        resamples: labels.count < 50 * blocks.length ? 1000 : 200)
    }
  }

  /// The score by which models of a target are compared, with its name.
  public var main: (name: String, value: Double) {
    if let auc { return ("auc", auc.value) }
    if let accuracy { return ("accuracy", accuracy) }
    return ("r2", regression?.r2 ?? .nan)
  }
}

/// The class with the largest probability, the lowest of equals; for two classes 1 where the probability exceeds 0.5.
func predictedClasses(_ predictions: [Double], rows: Int, classes: Int) -> [Int] {
  (0..<rows).map { row in predictedClass(classes) { predictions[$0 * rows + row] } }
}

/// The same for one row; two classes have one value.
func predictedClass(_ classes: Int, _ probability: (Int) -> Double) -> Int {
  if classes == 2 { return probability(0) > 0.5 ? 1 : 0 }
  var best = 0
  for k in 1..<classes where probability(k) > probability(best) { best = k }
  return best
}
