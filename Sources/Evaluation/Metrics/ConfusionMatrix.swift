/// How often each true class was predicted as each class, with the scores that follow from it.
///
/// All scores equal scikit-learn's of the same name with `zero_division=0`: where a denominator is 0, the score is 0.
public struct ConfusionMatrix: Sendable, Hashable, Codable {
  /// Number of classes.
  public let classes: Int
  /// Weight of rows by true class and predicted class: `cells[truth * classes + predicted]`.
  public let cells: [Double]

  /// Counts rows.
  ///
  /// - Parameters:
  ///   - labels: True classes `0..<classes`, one a row.
  ///   - predictions: Predicted classes, one a row.
  ///   - classes: At least 2.
  ///   - weights: One a row; nil counts every row as 1.
  /// - Throws: ``EvaluationError``: `shapeMismatch` for unequal or no rows, `invalidLabel` for a class out of range.
  public init(
    labels: [Int], predictions: [Int], classes: Int, weights: [Double]? = nil
  ) throws(EvaluationError) {
    try checkRows(labels.count, predictions.count, weights)
    guard classes >= 2 else { throw EvaluationError(.invalidOption, "\(classes) classes; at least 2 are needed") }
    var cells = [Double](repeating: 0, count: classes * classes)
    for row in labels.indices {
      guard 0..<classes ~= labels[row], 0..<classes ~= predictions[row] else {
        throw EvaluationError(
          .invalidLabel, "row \(row) has class \(labels[row]) and prediction \(predictions[row]); 0..<\(classes)")
      }
      cells[labels[row] * classes + predictions[row]] += weights?[row] ?? 1
    }
    self.classes = classes
    self.cells = cells
  }

  /// Weight of rows of a true class that were predicted as a class.
  public subscript(truth: Int, predicted: Int) -> Double { cells[truth * classes + predicted] }

  /// Share of rows predicted right.
  public var accuracy: Double {
    (0..<classes).reduce(0) { $0 + self[$1, $1] } / cells.reduce(0, +)
  }

  /// Of the rows predicted as a class, the share that is of it.
  public func precision(_ label: Int) -> Double {
    ratio(self[label, label], (0..<classes).reduce(0) { $0 + self[$1, label] })
  }

  /// Of the rows of a class, the share predicted as it.
  public func recall(_ label: Int) -> Double {
    ratio(self[label, label], (0..<classes).reduce(0) { $0 + self[label, $1] })
  }

  /// Harmonic mean of precision and recall: 2·hits / (predicted + true).
  public func f1(_ label: Int) -> Double {
    let predicted = (0..<classes).reduce(0) { $0 + self[$1, label] }
    let truth = (0..<classes).reduce(0) { $0 + self[label, $1] }
    return ratio(2 * self[label, label], predicted + truth)
  }

  /// Mean precision of the classes that occur among labels or predictions.
  public var macroPrecision: Double { macro { precision($0) } }
  /// Mean recall of the classes that occur among labels or predictions.
  public var macroRecall: Double { macro { recall($0) } }
  /// Mean F1 of the classes that occur among labels or predictions.
  public var macroF1: Double { macro { f1($0) } }

  private func macro(_ score: (Int) -> Double) -> Double {
    let present = (0..<classes).filter { label in
      (0..<classes).contains { self[label, $0] > 0 || self[$0, label] > 0 }
    }
    return present.isEmpty ? 0 : present.reduce(0) { $0 + score($1) } / Double(present.count)
  }

  private func ratio(_ a: Double, _ b: Double) -> Double { b > 0 ? a / b : 0 }
}
