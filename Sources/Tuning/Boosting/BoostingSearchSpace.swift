public import Boosting

extension SearchSpace {
  /// What is usually searched of LightGBM-style, leaf-wise trees: the ranges of Optuna's LightGBM examples, and the learning rate.
  ///
  /// | name | values |
  /// |---|---|
  /// | `learning_rate` | 0.01...0.3, by its logarithm |
  /// | `num_leaves` | 2...256 |
  /// | `min_child_samples` | 5...100 |
  /// | `feature_fraction` | 0.4...1 |
  /// | `bagging_fraction` | 0.4...1 |
  /// | `bagging_freq` | 1...7 |
  /// | `lambda_l1`, `lambda_l2` | 1e-8...10, by their logarithms |
  public static let lightGBM = SearchSpace([
    Parameter(name: "learning_rate", distribution: .real(low: 0.01, high: 0.3, log: true, step: nil)),
    Parameter(name: "num_leaves", distribution: .whole(low: 2, high: 256, log: false, step: 1)),
    Parameter(name: "min_child_samples", distribution: .whole(low: 5, high: 100, log: false, step: 1)),
    Parameter(name: "feature_fraction", distribution: .real(low: 0.4, high: 1, log: false, step: nil)),
    Parameter(name: "bagging_fraction", distribution: .real(low: 0.4, high: 1, log: false, step: nil)),
    Parameter(name: "bagging_freq", distribution: .whole(low: 1, high: 7, log: false, step: 1)),
    Parameter(name: "lambda_l1", distribution: .real(low: 1e-8, high: 10, log: true, step: nil)),
    Parameter(name: "lambda_l2", distribution: .real(low: 1e-8, high: 10, log: true, step: nil)),
  ])

  /// What is usually searched of XGBoost-style, level-wise trees: the ranges of Optuna's XGBoost examples, and a narrower learning rate.
  ///
  /// | name | values |
  /// |---|---|
  /// | `eta` | 0.01...0.3, by its logarithm |
  /// | `max_depth` | 3...9 |
  /// | `min_child_weight` | 2...10 |
  /// | `subsample`, `colsample_bytree` | 0.2...1 |
  /// | `gamma`, `reg_alpha`, `reg_lambda` | 1e-8...1, by their logarithms |
  public static let xgboost = SearchSpace([
    Parameter(name: "eta", distribution: .real(low: 0.01, high: 0.3, log: true, step: nil)),
    Parameter(name: "max_depth", distribution: .whole(low: 3, high: 9, log: false, step: 1)),
    Parameter(name: "min_child_weight", distribution: .whole(low: 2, high: 10, log: false, step: 1)),
    Parameter(name: "subsample", distribution: .real(low: 0.2, high: 1, log: false, step: nil)),
    Parameter(name: "colsample_bytree", distribution: .real(low: 0.2, high: 1, log: false, step: nil)),
    Parameter(name: "gamma", distribution: .real(low: 1e-8, high: 1, log: true, step: nil)),
    Parameter(name: "reg_alpha", distribution: .real(low: 1e-8, high: 1, log: true, step: nil)),
    Parameter(name: "reg_lambda", distribution: .real(low: 1e-8, high: 1, log: true, step: nil)),
  ])
}

extension BoostingOptions {
  /// Sets options by the names and values of a trial.
  ///
  /// - Throws: `BoostingError` with code `invalidOption` for a name that is none, or a value that is not allowed.
  public mutating func set(_ values: [String: ParameterValue]) throws(BoostingError) {
    for name in values.keys.sorted() {
      guard let value = values[name] else { continue }
      try set(name, to: value.description)
    }
  }
}

extension TrialRecord {
  /// The values of all parameters by name.
  public var parameterValues: [String: ParameterValue] {
    Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, $0.value) })
  }
}
