import Foundation

extension BoostingOptions {
  /// What is learned; raw values are LightGBM's names where it has one.
  public enum Objective: String, Sendable, Hashable, Codable, CaseIterable {
    /// Log-loss of labels 0 and 1.
    case binary
    /// Log-loss of labels between 0 and 1.
    case crossEntropy = "cross_entropy"
    /// Squared error.
    case regression
    /// Absolute error; a leaf takes the median of its residuals.
    case absoluteError = "regression_l1"
    /// Pinball loss of the quantile ``BoostingOptions/alpha``; a leaf takes that quantile of its residuals.
    case quantile
    /// Absolute error relative to max(1, |label|); a leaf takes the weighted median of its residuals.
    case mape
    /// Huber's loss: squared up to ``BoostingOptions/alpha``, then linear.
    case huber
    /// Fair's loss with ``BoostingOptions/fairC``.
    case fair
    /// XGBoost's smooth Huber loss with ``BoostingOptions/huberSlope``.
    case pseudoHuber = "pseudo_huber"
    /// Asymmetric squared error at level ``BoostingOptions/alpha``.
    case expectile
    /// Counts: labels of at least 0, the score is the logarithm of the mean.
    case poisson
    /// Positive labels with constant relative spread, log link.
    case gamma
    /// Labels of at least 0 with many zeros, log link; ``BoostingOptions/tweedieVariancePower``.
    case tweedie
    /// Softmax over classes 0 ..< ``BoostingOptions/numClass``.
    case multiclass
    /// One binary model a class, each against all others.
    case multiclassOVA = "multiclassova"
    /// A loss from outside (``CustomObjective``): a row has one score, which is the prediction.
    case custom

    /// How a score becomes a prediction.
    enum Link { case identity, logistic, exponential, softmax }

    var link: Link {
      switch self {
      case .binary, .crossEntropy, .multiclassOVA: .logistic
      case .regression, .absoluteError, .quantile, .mape, .huber, .fair, .pseudoHuber, .expectile, .custom: .identity
      case .poisson, .gamma, .tweedie: .exponential
      case .multiclass: .softmax
      }
    }

    /// Whether a row has a score for each class.
    package var isMulticlass: Bool { self == .multiclass || self == .multiclassOVA }

    /// The name in LightGBM's files and options; nil where it has no such objective.
    var lightGBMName: String? { self == .pseudoHuber || self == .expectile ? nil : rawValue }

    /// Finds an objective by its name in LightGBM or XGBoost, aliases included.
    public init?(standardName name: String) {
      let aliases: [String: Objective] = [
        "binary:logistic": .binary, "reg:logistic": .crossEntropy, "xentropy": .crossEntropy,
        "regression_l2": .regression, "l2": .regression, "mean_squared_error": .regression, "mse": .regression,
        "l2_root": .regression, "rmse": .regression, "root_mean_squared_error": .regression,
        "reg:squarederror": .regression, "reg:linear": .regression, "l1": .absoluteError, "mae": .absoluteError,
        "mean_absolute_error": .absoluteError, "reg:absoluteerror": .absoluteError, "reg:quantileerror": .quantile,
        "mean_absolute_percentage_error": .mape, "reg:pseudohubererror": .pseudoHuber,
        "reg:expectileerror": .expectile, "count:poisson": .poisson, "reg:gamma": .gamma, "reg:tweedie": .tweedie,
        "softmax": .multiclass, "multi:softprob": .multiclass, "multi:softmax": .multiclass,
        "multiclass_ova": .multiclassOVA, "ova": .multiclassOVA, "ovr": .multiclassOVA,
      ]
      guard let known = Objective(rawValue: name) ?? aliases[name] else { return nil }
      self = known
    }

    /// Turns raw scores `scores[class * rows + row]` into predictions.
    package func transform(_ scores: inout [Double], rows: Int) {
      switch link {
      case .identity: break
      case .exponential:
        for index in scores.indices { scores[index] = exp(scores[index]) }
      case .logistic:
        for index in scores.indices { scores[index] = 1 / (1 + exp(-scores[index])) }
      case .softmax:
        let classes = rows > 0 ? scores.count / rows : 0
        for row in 0..<rows {
          var largest = scores[row]
          for k in 1..<classes { largest = max(largest, scores[k * rows + row]) }
          var total = 0.0
          for k in 0..<classes {
            scores[k * rows + row] = exp(scores[k * rows + row] - largest)
            total += scores[k * rows + row]
          }
          for k in 0..<classes { scores[k * rows + row] /= total }
        }
      }
    }
  }
}
