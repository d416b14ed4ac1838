public import Boosting

/// The two kinds of models, by the library whose way of growing they follow.
public enum ModelKind: String, Sendable, Hashable, Codable, CaseIterable {
  /// Leaf-wise trees with LightGBM's defaults.
  case lightgbm
  /// Level-wise trees with XGBoost's defaults.
  case xgboost

  /// The defaults of the kind with the objective of a target: 200 rounds at a learning rate of 0.05.
  public var defaultOptions: BoostingOptions {
    var options = self == .lightgbm ? BoostingOptions.lightGBM : .xgboost
    options.numIterations = 200
    options.learningRate = 0.05
    return options
  }
}

/// The version of this library, as it stands in bundles.
public let libraryVersion = "0.1.0"
