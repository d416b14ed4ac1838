import Compute
import Foundation

/// A measure of predictions on validation data, computed after every round; each equals the original's of its name.
public enum ValidationMetric: String, Sendable, Hashable, Codable, CaseIterable {
  /// Area under the ROC curve of a binary model; larger is better.
  case auc
  /// Mean precision over the positives in the order of their scores; larger is better.
  case averagePrecision = "average_precision"
  /// Mean log-loss of a binary model.
  case binaryLogLoss = "binary_logloss"
  /// Share of wrong classes of a binary model at 0.5.
  case binaryError = "binary_error"
  /// Log-loss of labels between 0 and 1.
  case crossEntropy = "cross_entropy"
  /// Cross entropy less that of the labels themselves.
  case kullbackLeibler = "kullback_leibler"
  /// Mean squared error.
  case l2
  /// Root of the mean squared error.
  case rmse
  /// Share of the variance explained; larger is better.
  case r2
  /// Mean absolute error.
  case l1
  /// Mean absolute error relative to max(1, |label|).
  case mape
  /// XGBoost's root of the mean squared error of log(1 + x).
  case rmsle
  /// Pinball loss at ``BoostingOptions/alpha``.
  case quantile
  /// Huber's loss with ``BoostingOptions/alpha``.
  case huber
  /// Fair's loss with ``BoostingOptions/fairC``.
  case fair
  /// XGBoost's mean pseudo-Huber error with ``BoostingOptions/huberSlope``.
  case pseudoHuber = "mphe"
  /// Poisson's negative log-likelihood without the part of the labels alone.
  case poisson
  /// XGBoost's whole negative log-likelihood of Poisson.
  case poissonLogLikelihood = "poisson-nloglik"
  /// Gamma's negative log-likelihood.
  case gamma
  /// Twice the sum of gamma's deviances, as LightGBM has it.
  case gammaDeviance = "gamma_deviance"
  /// Twice the mean of gamma's deviances, as XGBoost has it.
  case meanGammaDeviance = "gamma-deviance"
  /// Tweedie's negative log-likelihood with ``BoostingOptions/tweedieVariancePower``.
  case tweedie
  /// Mean log-loss of a multiclass model.
  case multiLogLoss = "multi_logloss"
  /// Share of rows whose class is not among the ``BoostingOptions/multiErrorTopK`` best; of equal scores none is better.
  case multiError = "multi_error"
  /// Mean over pairs of classes of the area under the ROC curve (Kleiman and Page 2019); larger is better.
  case aucMu = "auc_mu"

  /// Finds a metric by its name in LightGBM or XGBoost.
  public init?(standardName name: String) {
    let aliases: [String: ValidationMetric] = [
      "logloss": .binaryLogLoss, "binary": .binaryLogLoss, "error": .binaryError, "mse": .l2, "mean_squared_error": .l2,
      "regression": .l2, "regression_l2": .l2, "root_mean_squared_error": .rmse, "l2_root": .rmse, "mae": .l1,
      "mean_absolute_error": .l1, "regression_l1": .l1, "mean_absolute_percentage_error": .mape,
      "mlogloss": .multiLogLoss, "multiclass": .multiLogLoss, "softmax": .multiLogLoss, "multiclassova": .multiLogLoss,
      "multiclass_ova": .multiLogLoss, "ova": .multiLogLoss, "ovr": .multiLogLoss, "merror": .multiError,
      "xentropy": .crossEntropy, "kldiv": .kullbackLeibler, "gamma-nloglik": .gamma, "tweedie-nloglik": .tweedie,
    ]
    guard let metric = ValidationMetric(rawValue: name) ?? aliases[name] else { return nil }
    self = metric
  }

  /// Whether a larger value is better.
  public var isLargerBetter: Bool { self == .auc || self == .averagePrecision || self == .r2 || self == .aucMu }

  /// The metric of an objective when none is named: LightGBM's.
  public static func standard(for objective: BoostingOptions.Objective) -> ValidationMetric {
    switch objective {
    case .binary: .binaryLogLoss
    case .crossEntropy: .crossEntropy
    case .regression, .expectile, .custom: .l2
    case .absoluteError: .l1
    case .quantile: .quantile
    case .mape: .mape
    case .huber: .huber
    case .fair: .fair
    case .pseudoHuber: .pseudoHuber
    case .poisson: .poisson
    case .gamma: .gamma
    case .tweedie: .tweedie
    case .multiclass, .multiclassOVA: .multiLogLoss
    }
  }

  /// Whether the metric is defined for an objective.
  func fits(_ objective: BoostingOptions.Objective) -> Bool {
    switch self {
    case .auc, .averagePrecision, .binaryError: objective == .binary
    case .binaryLogLoss, .crossEntropy, .kullbackLeibler: objective == .binary || objective == .crossEntropy
    case .poisson, .poissonLogLikelihood, .gamma, .gammaDeviance, .meanGammaDeviance, .tweedie:
      objective.link == .exponential
    case .l2, .rmse, .r2, .l1, .mape, .rmsle, .quantile, .huber, .fair, .pseudoHuber:
      objective.link == .identity || objective.link == .exponential
    case .multiLogLoss, .multiError, .aucMu: objective.isMulticlass
    }
  }

  /// The value on raw scores `scores[class * rows + row]`; NaN where it is not defined (AUC of one class).
  package func value(
    scores: [Double], labels: [Double], weights: [Double]?, options: BoostingOptions
  ) -> Double {
    switch self {
    case .auc:
      return areaUnderCurve(scores: scores, labels: labels, weights: weights, threads: options.threadCount)
    case .averagePrecision: return precisionMean(scores: scores, labels: labels, weights: weights)
    case .aucMu: return pairMean(scores: scores, labels: labels, weights: weights)
    default: break
    }
    let rows = labels.count
    // Log-losses are taken from the scores, where nothing has been rounded to 0 or 1 yet.
    var predictions = scores
    if options.objective.link != .logistic || options.objective.isMulticlass {
      options.objective.transform(&predictions, rows: rows)
    }
    let total = weights?.reduce(0, +) ?? Double(rows)
    func sum(_ term: (Int) -> Double) -> Double {
      var sum = CompensatedSum()
      for row in 0..<rows { sum.add((weights?[row] ?? 1) * term(row)) }
      return sum.value
    }
    if let term = pointTerm(options) {
      let all = sum { term(predictions[$0], labels[$0]) }
      return self == .gammaDeviance ? 2 * all : finish(all / total)
    }
    if self == .r2 {
      let mean = sum { labels[$0] } / total
      let spread = sum { (labels[$0] - mean) * (labels[$0] - mean) }
      return 1 - sum { (labels[$0] - predictions[$0]) * (labels[$0] - predictions[$0]) } / spread
    }
    let classes = rows > 0 ? scores.count / rows : 0
    if self == .multiLogLoss {
      return sum { -log(max(predictions[Int(labels[$0]) * rows + $0], 1e-15)) } / total
    }
    return sum { row in
      let label = Int(labels[row])
      let own = predictions[label * rows + row]
      return (0..<classes).count { predictions[$0 * rows + row] >= own } > options.multiErrorTopK ? 1 : 0
    } / total
  }

  private func finish(_ mean: Double) -> Double { self == .rmse || self == .rmsle ? mean.squareRoot() : mean }

  /// The part of one row, by its prediction (for binary objectives its score) and label; nil for other metrics.
  private func pointTerm(_ options: BoostingOptions) -> ((Double, Double) -> Double)? {
    // log(1 + e^s) without overflow.
    func softplus(_ s: Double) -> Double { s > 0 ? s + log1p(exp(-s)) : log1p(exp(s)) }
    func positive(_ s: Double) -> Double { max(s, 1e-10) }
    func logOrZero(_ x: Double) -> Double { x > 0 ? log(x) : 0 }
    let (alpha, c, slope, power) = (options.alpha, options.fairC, options.huberSlope, options.tweedieVariancePower)
    switch self {
    case .binaryLogLoss, .crossEntropy: return { s, y in y * softplus(-s) + (1 - y) * softplus(s) }
    case .kullbackLeibler:
      return { s, y in
        y * softplus(-s) + (1 - y) * softplus(s) + y * logOrZero(y) + (1 - y) * logOrZero(1 - y)
      }
    case .binaryError: return { s, y in (s > 0) == (y > 0) ? 0 : 1 }
    case .l2, .rmse: return { p, y in (p - y) * (p - y) }
    case .l1: return { p, y in abs(p - y) }
    case .mape: return { p, y in abs(p - y) / max(1, abs(y)) }
    case .rmsle:
      return { p, y in
        let difference = log1p(p) - log1p(y)
        return difference * difference
      }
    case .quantile: return { p, y in y < p ? (alpha - 1) * (y - p) : alpha * (y - p) }
    case .huber:
      return { p, y in
        let size = abs(p - y)
        return size <= alpha ? 0.5 * size * size : alpha * (size - 0.5 * alpha)
      }
    case .fair: return { p, y in c * abs(p - y) - c * c * log1p(abs(p - y) / c) }
    case .pseudoHuber:
      return { p, y in slope * slope * ((1 + (p - y) / slope * ((p - y) / slope)).squareRoot() - 1) }
    case .poisson: return { p, y in positive(p) - y * log(positive(p)) }
    case .poissonLogLikelihood: return { p, y in lgamma(y + 1) + positive(p) - y * log(positive(p)) }
    case .gamma: return { p, y in y / p + log(p) }
    case .gammaDeviance, .meanGammaDeviance:
      let factor = self == .meanGammaDeviance ? 2.0 : 1
      return { p, y in
        let ratio = y / (p + 1e-9)
        return factor * (ratio - log(ratio) - 1)
      }
    case .tweedie:
      return { p, y in
        let logarithm = log(positive(p))
        // At a power of 1, where the first term has no value, it is y times the logarithm but for a constant.
        let first = power == 1 ? y * logarithm : y * exp((1 - power) * logarithm) / (1 - power)
        return exp((2 - power) * logarithm) / (2 - power) - first
      }
    default: return nil
    }
  }
}

/// The mean of the areas under the curves of every pair of classes, each by the difference of their scores.
private func pairMean(scores: [Double], labels: [Double], weights: [Double]?) -> Double {
  let rows = labels.count
  let classes = rows > 0 ? scores.count / rows : 0
  let members = (0..<classes).map { index in (0..<rows).filter { Int(labels[$0]) == index } }
  var (sum, pairs) = (0.0, 0.0)
  for first in 0..<classes {
    for second in 0..<first {
      let own = members[first] + members[second]
      sum += areaUnderCurve(
        scores: own.map { scores[first * rows + $0] - scores[second * rows + $0] },
        labels: own.map { Int(labels[$0]) == first ? 1 : 0 },
        weights: weights.map { weights in own.map { weights[$0] } })
      pairs += 1
    }
  }
  return pairs > 0 ? sum / pairs : .nan
}

/// Mean precision at the positives, ties taken together (LightGBM's `average_precision`).
private func precisionMean(scores: [Double], labels: [Double], weights: [Double]?) -> Double {
  let order = scores.indices.sorted { scores[$0] > scores[$1] }
  var (hits, seen, area) = (0.0, 0.0, 0.0)
  var start = 0
  while start < order.count {
    var end = start
    var tied = 0.0
    while end < order.count, end == start || scores[order[end]] == scores[order[start]] {
      let weight = weights?[order[end]] ?? 1
      if labels[order[end]] > 0 { tied += weight }
      seen += weight
      end += 1
    }
    hits += tied
    if seen > 0 { area += tied * hits / seen }
    start = end
  }
  return hits > 0 ? area / hits : .nan
}
