import Evaluation
import Features
import Foundation
package import Modeling
import TickData

/// The predictions of one symbol that wait for their outcome, and what became of those that have it.
///
/// A prediction's label is known when the trade comes that its target names, ``TargetConfiguration/horizon`` trades later: by the same definition as in training.
package struct OutcomeTracker: Sendable {
  /// A prediction with its outcome.
  package struct Scored {
    package let model: ServedModel
    package let prediction: BundlePrediction
    package let label: Double
  }

  private struct Pending: Sendable {
    let price: Double
    let time: Int64
    let prediction: BundlePrediction
  }

  private struct Queue: Sendable {
    let model: ServedModel
    /// The last predictions, one a trade, in a ring of the target's horizon; nil where a trade was not predicted.
    var ring: [Pending?]
    var place = 0
  }

  /// Few models, so a list is fastest.
  private var queues: [Queue] = []

  package init() {}

  /// Takes a trade and the predictions made with it, and gives those whose outcome it is.
  package mutating func take(
    price: Double, time: Int64, _ results: [(model: ServedModel, prediction: BundlePrediction)],
    _ scored: (Scored) -> Void
  ) {
    for index in queues.indices {
      let place = queues[index].place
      if let pending = queues[index].ring[place] {
        let bundle = queues[index].model.bundle
        let label = bundle.target.label(
          from: pending.price, at: pending.time, to: price, at: time, bounds: bundle.bounds,
          calendar: bundle.recipe.calendar)
        if !label.isNaN {
          scored(Scored(model: queues[index].model, prediction: pending.prediction, label: label))
        }
      }
      // The newest takes the place of the one that is `horizon` trades old.
      queues[index].ring[place] = nil
    }
    for (model, prediction) in results {
      let index = place(of: model)
      queues[index].ring[queues[index].place] = Pending(price: price, time: time, prediction: prediction)
    }
    for index in queues.indices { queues[index].place = (queues[index].place + 1) % queues[index].ring.count }
    // Versions that predict no longer are forgotten once their outcomes are known.
    if queues.count > results.count { queues.removeAll { queue in !queue.ring.contains { $0 != nil } } }
  }

  private mutating func place(of model: ServedModel) -> Int {
    if let known = queues.firstIndex(where: { $0.model === model }) { return known }
    queues.append(Queue(model: model, ring: [Pending?](repeating: nil, count: model.bundle.target.horizon)))
    return queues.count - 1
  }
}

/// How right a version was: running sums, and the last scored predictions for what needs their order.
package struct OutcomeScores: Sendable {
  /// Most predictions that are kept.
  static let limit = 10_000

  /// Predictions whose outcome is known.
  package private(set) var rows = 0
  /// Sum of losses: 1 for a wrong class and 0 for the right one, or the squared error of a return.
  private(set) var loss = 0.0
  /// Sum of squared losses.
  private var squares = 0.0
  /// The last predictions as (probability of the last class, or return; label), the oldest overwritten.
  private var scores: [Double] = []
  private var labels: [Double] = []
  private var next = 0

  package init() {}

  mutating func add(_ prediction: BundlePrediction, label: Double) {
    rows += 1
    let own: Double
    if prediction.probabilities.isEmpty {
      own = (prediction.prediction - label) * (prediction.prediction - label)
    } else {
      own = prediction.prediction == label ? 0 : 1
    }
    loss += own
    squares += own * own
    let score = prediction.probabilities.last ?? prediction.prediction
    if scores.count < Self.limit {
      scores.append(score)
      labels.append(label)
    } else {
      scores[next] = score
      labels[next] = label
      next = (next + 1) % Self.limit
    }
  }

  /// Scores by name: accuracy and, of two classes, the AUC of the last ``limit`` outcomes; or the root mean squared error.
  func named(_ target: TargetConfiguration) -> [String: Double] {
    guard rows > 0 else { return [:] }
    guard let classes = target.classCount else { return ["rmse": (loss / Double(rows)).squareRoot()] }
    var result = ["accuracy": 1 - loss / Double(rows)]
    if classes == 2, labels.contains(1), labels.contains(0),
      // Both classes are there, so there is one.
      let auc = try? rocAUC(labels: labels, scores: scores)
    {
      result["auc"] = auc
    }
    return result
  }

  /// Two-sided p-value of no difference in mean loss, by Welch's statistic; nil with fewer than 30 outcomes each.
  ///
  /// Outcomes of `horizon` trades in a row overlap, so they count as rows / horizon of independent ones.
  static func pValue(_ first: OutcomeScores, _ second: OutcomeScores, horizon: Int) -> Double? {
    func moments(_ scores: OutcomeScores) -> (mean: Double, variance: Double, count: Double)? {
      let rows = Double(scores.rows)
      let count = rows / Double(horizon)
      guard count >= 30 else { return nil }
      let mean = scores.loss / rows
      return (mean, max(0, scores.squares / rows - mean * mean) * rows / (rows - 1), count)
    }
    guard let a = moments(first), let b = moments(second) else { return nil }
    let error = (a.variance / a.count + b.variance / b.count).squareRoot()
    guard error > 0 else { return a.mean == b.mean ? 1 : 0 }
    return erfc(abs(a.mean - b.mean) / error / 2.0.squareRoot())
  }
}
