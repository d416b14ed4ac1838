import Compute
import Foundation

/// A measure of predictions on validation data, computed from raw scores after every round.
public enum ValidationMetric: String, Sendable, Hashable, Codable, CaseIterable {
  /// Area under the ROC curve of a binary model; larger is better.
  case auc
  /// Mean log-loss of a binary model.
  case binaryLogLoss = "binary_logloss"
  /// Share of wrong classes of a binary model at 0.5.
  case binaryError = "binary_error"
  /// Mean squared error.
  case l2
  /// Root of the mean squared error.
  case rmse
  /// Mean absolute error.
  case l1
  /// Mean log-loss of a multiclass model.
  case multiLogLoss = "multi_logloss"
  /// Share of rows whose best class is wrong; equal best scores count as wrong.
  case multiError = "multi_error"

  /// Finds a metric by its name in LightGBM or XGBoost.
  public init?(standardName name: String) {
    let aliases: [String: ValidationMetric] = [
      "logloss": .binaryLogLoss, "binary": .binaryLogLoss, "error": .binaryError, "mse": .l2, "mean_squared_error": .l2,
      "root_mean_squared_error": .rmse, "mae": .l1, "mean_absolute_error": .l1, "mlogloss": .multiLogLoss,
      "multiclass": .multiLogLoss, "merror": .multiError,
    ]
    guard let metric = ValidationMetric(rawValue: name) ?? aliases[name] else { return nil }
    self = metric
  }

  /// Whether a larger value is better.
  public var isLargerBetter: Bool { self == .auc }

  /// The metric of an objective when none is named.
  public static func standard(for objective: BoostingOptions.Objective) -> ValidationMetric {
    switch objective {
    case .binary, .crossEntropy: .binaryLogLoss
    case .regression, .huber, .fair, .pseudoHuber, .expectile, .poisson, .gamma, .tweedie: .l2
    case .multiclass: .multiLogLoss
    }
  }

  /// Whether the metric is defined for an objective.
  func fits(_ objective: BoostingOptions.Objective) -> Bool {
    switch self {
    case .auc, .binaryError: objective == .binary
    case .binaryLogLoss: objective.link == .logistic
    case .l2, .rmse, .l1: objective.link == .identity || objective.link == .exponential
    case .multiLogLoss, .multiError: objective == .multiclass
    }
  }

  /// The value on raw scores `scores[class * rows + row]`; NaN where it is not defined (AUC of one class).
  ///
  /// With `isLogLink` scores are logarithms, and it is the predictions that are compared with the labels.
  package func value(
    scores: [Double], labels: [Double], weights: [Double]?, classes: Int, isLogLink: Bool = false
  ) -> Double {
    let scores = isLogLink ? scores.map { exp($0) } : scores
    let rows = labels.count
    let total = weights?.reduce(0, +) ?? Double(rows)
    func mean(_ term: (Int) -> Double) -> Double {
      var sum = CompensatedSum()
      for row in 0..<rows { sum.add((weights?[row] ?? 1) * term(row)) }
      return sum.value / total
    }
    switch self {
    case .auc: return areaUnderCurve(scores: scores, labels: labels, weights: weights)
    case .binaryLogLoss:
      // log(1 + e^s) without overflow.
      func softplus(_ s: Double) -> Double { s > 0 ? s + log1p(exp(-s)) : log1p(exp(s)) }
      return mean { row in
        labels[row] * softplus(-scores[row]) + (1 - labels[row]) * softplus(scores[row])
      }
    case .binaryError: return mean { (scores[$0] > 0) == (labels[$0] > 0) ? 0 : 1 }
    case .l2: return mean { (scores[$0] - labels[$0]) * (scores[$0] - labels[$0]) }
    case .rmse: return mean { (scores[$0] - labels[$0]) * (scores[$0] - labels[$0]) }.squareRoot()
    case .l1: return mean { abs(scores[$0] - labels[$0]) }
    case .multiLogLoss:
      return mean { row in
        let all = (0..<classes).map { scores[$0 * rows + row] }
        let largest = all.max() ?? 0
        let sum = all.reduce(0) { $0 + exp($1 - largest) }
        return min(log(sum) + largest - all[Int(labels[row])], -log(1e-15))
      }
    case .multiError:
      return mean { row in
        let own = scores[Int(labels[row]) * rows + row]
        return (0..<classes).contains { $0 != Int(labels[row]) && scores[$0 * rows + row] >= own } ? 1 : 0
      }
    }
  }
}
