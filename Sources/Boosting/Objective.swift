extension BoostingOptions {
  /// What is learned; raw values are LightGBM's names where it has one.
  public enum Objective: String, Sendable, Hashable, Codable, CaseIterable {
    /// Log-loss of labels 0 and 1.
    case binary
    /// Log-loss of labels between 0 and 1.
    case crossEntropy = "cross_entropy"
    /// Squared error.
    case regression
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

    /// How a score becomes a prediction.
    enum Link { case identity, logistic, exponential, softmax }

    var link: Link {
      switch self {
      case .binary, .crossEntropy: .logistic
      case .regression, .huber, .fair, .pseudoHuber, .expectile: .identity
      case .poisson, .gamma, .tweedie: .exponential
      case .multiclass: .softmax
      }
    }

    /// The name in LightGBM's files and options; nil where it has no such objective.
    var lightGBMName: String? { self == .pseudoHuber || self == .expectile ? nil : rawValue }

    /// Finds an objective by its name in LightGBM or XGBoost, aliases included.
    public init?(standardName name: String) {
      let aliases: [String: Objective] = [
        "binary:logistic": .binary, "xentropy": .crossEntropy, "regression_l2": .regression, "l2": .regression,
        "mean_squared_error": .regression, "mse": .regression, "l2_root": .regression, "rmse": .regression,
        "root_mean_squared_error": .regression, "reg:squarederror": .regression,
        "reg:pseudohubererror": .pseudoHuber, "reg:expectileerror": .expectile, "count:poisson": .poisson,
        "reg:gamma": .gamma, "reg:tweedie": .tweedie, "softmax": .multiclass, "multi:softprob": .multiclass,
      ]
      guard let known = Objective(rawValue: name) ?? aliases[name] else { return nil }
      self = known
    }
  }
}
