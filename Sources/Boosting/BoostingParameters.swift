extension BoostingOptions {
  /// The names of the objective itself.
  package static let objectiveNames: Set<String> = ["objective", "objective_type", "app", "application", "loss"]

  /// Sets an option by its name in LightGBM or XGBoost, aliases included, as `num_leaves` = `63`.
  ///
  /// - Throws: ``BoostingError`` with code `invalidOption` for an unknown name or a value of the wrong form; ranges are
  ///   checked by ``validate()``.
  public mutating func set(_ name: String, to value: String) throws(BoostingError) {
    func whole() throws(BoostingError) -> Int {
      guard let number = Int(value) else {
        throw BoostingError(.invalidOption, "\(name) is '\(value)'; a whole number is needed")
      }
      return number
    }
    func real() throws(BoostingError) -> Double {
      guard let number = Double(value) else {
        throw BoostingError(.invalidOption, "\(name) is '\(value)'; a number is needed")
      }
      return number
    }
    switch name {
    case "num_iterations", "num_iteration", "n_iter", "num_tree", "num_trees", "num_round", "num_rounds", "nrounds",
      "num_boost_round", "n_estimators", "max_iter":
      numIterations = try whole()
    case "learning_rate", "shrinkage_rate", "eta": learningRate = try real()
    case "num_leaves", "num_leaf", "max_leaves", "max_leaf", "max_leaf_nodes": numLeaves = try whole()
    case "max_depth": maxDepth = try whole()
    case "min_data_in_leaf", "min_data_per_leaf", "min_data", "min_child_samples", "min_samples_leaf":
      minDataInLeaf = try whole()
    case "min_sum_hessian_in_leaf", "min_sum_hessian_per_leaf", "min_sum_hessian", "min_hessian", "min_child_weight":
      minSumHessianInLeaf = try real()
    case "lambda_l1", "reg_alpha", "l1_regularization": lambdaL1 = try real()
    case "lambda_l2", "reg_lambda", "lambda", "l2_regularization": lambdaL2 = try real()
    case "min_gain_to_split", "min_split_gain", "gamma", "min_split_loss": minGainToSplit = try real()
    case "max_delta_step", "max_tree_output", "max_leaf_output": maxDeltaStep = try real()
    case "max_bin", "max_bins": maxBin = try whole()
    case "min_data_in_bin": minDataInBin = try whole()
    case "bin_construct_sample_cnt", "subsample_for_bin": binConstructSampleCount = try whole()
    case "bagging_fraction", "sub_row", "subsample", "bagging": subsample = try real()
    case "bagging_freq", "subsample_freq": baggingFrequency = try whole()
    case "feature_fraction", "sub_feature", "colsample_bytree": featureFraction = try real()
    case "early_stopping_round", "early_stopping_rounds", "early_stopping", "n_iter_no_change":
      earlyStoppingRounds = try whole()
    case "num_threads", "num_thread", "nthread", "nthreads", "n_jobs": numThreads = try whole()
    case "seed", "random_seed", "random_state": seed = UInt64(bitPattern: Int64(try whole()))
    case "boost_from_average":
      guard let flag = ["true": true, "1": true, "false": false, "0": false][value.lowercased()] else {
        throw BoostingError(.invalidOption, "\(name) is '\(value)'; true or false is needed")
      }
      boostFromAverage = flag
    case "metric", "eval_metric":
      guard let known = ValidationMetric(standardName: value) else {
        let names = ValidationMetric.allCases.map(\.rawValue).joined(separator: ", ")
        throw BoostingError(.invalidOption, "there is no metric '\(value)'; \(names) are known")
      }
      metric = known
    case _ where Self.objectiveNames.contains(name):
      guard let known = Objective(standardName: value) else {
        let names = Objective.allCases.map(\.rawValue).joined(separator: ", ")
        throw BoostingError(.invalidOption, "there is no objective '\(value)'; \(names) are known")
      }
      objective = known
    // XGBoost calls its L1 penalty alpha, LightGBM the parameter of the Huber loss.
    case "alpha" where growth == .levelwise: lambdaL1 = try real()
    case "alpha": alpha = try real()
    case "fair_c": fairC = try real()
    case "huber_slope": huberSlope = try real()
    case "tweedie_variance_power": tweedieVariancePower = try real()
    case "num_class", "num_classes": numClass = try whole()
    default:
      throw BoostingError(.invalidOption, "there is no option '\(name)'; see BoostingOptions for those that are")
    }
  }
}
