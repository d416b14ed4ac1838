import Evaluation
import Features
import Modeling

/// How right a version was: running sums, and the last scored predictions for what needs their order.
package struct OutcomeScores: Sendable {
  /// Most predictions that are kept.
  static let limit = 10_000

  /// Predictions whose outcome is known.
  package private(set) var rows = 0
  /// Sum of losses.
  private(set) var loss = 0.0
  /// The last predictions as (probability of the last class, or return; label; loss), the oldest overwritten.
  private var scores: [Double] = []
  private var labels: [Double] = []
  private var losses: [Double] = []
  private var next = 0

  package init() {}

  /// 1 for a wrong class and 0 for the right one, or the squared error of a return.
  static func loss(_ prediction: BundlePrediction, label: Double) -> Double {
    let error = prediction.prediction - label
    return prediction.probabilities.isEmpty ? error * error : error == 0 ? 0 : 1
  }

  mutating func add(_ prediction: BundlePrediction, label: Double) {
    rows += 1
    let own = Self.loss(prediction, label: label)
    loss += own
    let score = prediction.probabilities.last ?? prediction.prediction
    if scores.count < Self.limit {
      scores.append(score)
      labels.append(label)
      losses.append(own)
    } else {
      scores[next] = score
      labels[next] = label
      losses[next] = own
      next = (next + 1) % Self.limit
    }
  }

  /// The mean loss of the last ``limit`` outcomes; NaN without any.
  ///
  /// A watch looks at it, for a long good life hides that a version has become bad.
  var recentLoss: Double { losses.reduce(0, +) / Double(losses.count) }
  /// The outcomes that it is the mean of.
  var recentRows: Int { losses.count }

  /// Scores by name: accuracy and, of two classes, the AUC of the last ``limit`` outcomes; or the root mean squared error.
  func named(_ target: TargetConfiguration) -> [String: Double] {
    guard rows > 0 else { return [:] }
    guard let classes = target.classCount else { return ["rmse": (loss / Double(rows)).squareRoot()] }
    var result = ["accuracy": 1 - loss / Double(rows)]
    if classes == 2, labels.contains(1), labels.contains(0),
      // It cannot fail: both classes are there, and lists are of one length.
      let auc = try? rocAUC(labels: labels, scores: scores)
    {
      result["auc"] = auc
    }
    return result
  }
}
