extension ConfusionMatrix {
  /// Weight of rows by true class.
  var truths: [Double] { (0..<classes).map { truth in (0..<classes).reduce(0) { $0 + self[truth, $1] } } }
  /// Weight of rows by predicted class.
  var predicted: [Double] { (0..<classes).map { guess in (0..<classes).reduce(0) { $0 + self[$1, guess] } } }

  /// Mean recall of the classes that occur among labels; scikit-learn's `balanced_accuracy_score`.
  ///
  /// - Parameter adjusted: Whether chance scores 0 and perfection 1: (score − 1/n) / (1 − 1/n) for n classes that occur.
  public func balancedAccuracy(adjusted: Bool = false) -> Double {
    let present = zip(truths, 0...).filter { $0.0 > 0 }.map { recall($0.1) }
    let mean = present.reduce(0, +) / Double(present.count)
    guard adjusted else { return mean }
    let chance = 1 / Double(present.count)
    return (mean - chance) / (1 - chance)
  }

  /// Matthews' correlation of labels and predictions, −1...1, for any number of classes (Gorodkin 2004); 0 where either has one class
  /// only.
  public var matthewsCorrelation: Double {
    let (truths, predicted) = (truths, predicted)
    let total = truths.reduce(0, +)
    let hits = (0..<classes).reduce(0) { $0 + self[$1, $1] }
    let both = zip(truths, predicted).reduce(0) { $0 + $1.0 * $1.1 }
    let spread = total * total - truths.reduce(0) { $0 + $1 * $1 }
    let guesses = total * total - predicted.reduce(0) { $0 + $1 * $1 }
    let scale = (spread * guesses).squareRoot()
    return scale > 0 ? (hits * total - both) / scale : 0
  }

  /// Cohen's kappa: agreement beyond that of independent labels and predictions; NaN where both are always one class.
  public var cohenKappa: Double {
    let (truths, predicted) = (truths, predicted)
    let total = truths.reduce(0, +)
    let hits = (0..<classes).reduce(0) { $0 + self[$1, $1] }
    let expected = zip(truths, predicted).reduce(0) { $0 + $1.0 * $1.1 } / total
    return (hits - expected) / (total - expected)
  }

  /// F of a class with recall `beta` times as important as precision.
  public func fScore(_ label: Int, beta: Double) -> Double {
    let square = beta * beta
    let bottom = square * truths[label] + predicted[label]
    return bottom > 0 ? (1 + square) * self[label, label] / bottom : 0
  }

  /// Mean of precision, recall and F1 of classes, weighted by the classes' rows.
  public var weightedScores: (precision: Double, recall: Double, f1: Double) {
    let truths = truths
    let total = truths.reduce(0, +)
    func mean(_ score: (Int) -> Double) -> Double {
      (0..<classes).reduce(0) { $0 + truths[$1] * score($1) } / total
    }
    return (mean(precision), mean(recall), mean(f1))
  }
}
