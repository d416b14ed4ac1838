import Foundation

/// The options by the names that LightGBM and XGBoost give them.
extension BoostingOptions {
  /// One option: its names, the first being the one that messages use, and how a text becomes its value.
  private struct Parameter: Sendable {
    enum Kind: Sendable {
      case whole(any WritableKeyPath<BoostingOptions, Int> & Sendable)
      case real(any WritableKeyPath<BoostingOptions, Double> & Sendable)
      case flag(any WritableKeyPath<BoostingOptions, Bool> & Sendable)
      case reals(any WritableKeyPath<BoostingOptions, [Double]> & Sendable)
      case wholes(any WritableKeyPath<BoostingOptions, [Int]> & Sendable)
      case groups, monotoneMethod, boosting, sampling, objective, metric, growth, seed
      /// A setting of the originals that has nothing to choose here: these values are taken, others refused.
      case fixed([String], String)
    }
    let names: [String]
    let kind: Kind
  }

  private static let parameters: [Parameter] = [
    Parameter(
      names: [
        "num_iterations", "num_iteration", "n_iter", "num_tree", "num_trees", "num_round", "num_rounds", "nrounds",
        "num_boost_round", "n_estimators", "max_iter",
      ], kind: .whole(\.numIterations)),
    Parameter(names: ["learning_rate", "shrinkage_rate", "eta"], kind: .real(\.learningRate)),
    Parameter(
      names: ["num_leaves", "num_leaf", "max_leaves", "max_leaf", "max_leaf_nodes"], kind: .whole(\.numLeaves)),
    Parameter(names: ["max_depth"], kind: .whole(\.maxDepth)),
    Parameter(
      names: ["min_data_in_leaf", "min_data_per_leaf", "min_data", "min_child_samples", "min_samples_leaf"],
      kind: .whole(\.minDataInLeaf)),
    Parameter(
      names: [
        "min_sum_hessian_in_leaf", "min_sum_hessian_per_leaf", "min_sum_hessian", "min_hessian", "min_child_weight",
      ], kind: .real(\.minSumHessianInLeaf)),
    Parameter(names: ["lambda_l1", "reg_alpha", "l1_regularization"], kind: .real(\.lambdaL1)),
    Parameter(names: ["lambda_l2", "reg_lambda", "lambda", "l2_regularization"], kind: .real(\.lambdaL2)),
    Parameter(
      names: ["min_gain_to_split", "min_split_gain", "gamma", "min_split_loss"], kind: .real(\.minGainToSplit)),
    Parameter(names: ["max_delta_step", "max_tree_output", "max_leaf_output"], kind: .real(\.maxDeltaStep)),
    Parameter(
      names: ["monotone_constraints", "mc", "monotone_constraint", "monotonic_cst"],
      kind: .wholes(\.monotoneConstraints)),
    Parameter(
      names: ["monotone_constraints_method", "monotone_constraining_method", "mc_method"],
      kind: .monotoneMethod),
    Parameter(
      names: ["monotone_penalty", "monotone_splits_penalty", "ms_penalty", "mc_penalty"],
      kind: .real(\.monotonePenalty)),
    Parameter(names: ["multi_error_top_k"], kind: .whole(\.multiErrorTopK)),
    Parameter(names: ["interaction_constraints"], kind: .groups),
    Parameter(names: ["path_smooth"], kind: .real(\.pathSmooth)),
    Parameter(names: ["extra_trees", "extra_tree"], kind: .flag(\.extraTrees)),
    Parameter(names: ["max_bin_by_feature"], kind: .wholes(\.maxBinByFeature)),
    Parameter(names: ["max_bin", "max_bins"], kind: .whole(\.maxBin)),
    Parameter(
      names: categoricalNames.sorted(), kind: .wholes(\.categoricalFeatures)),
    Parameter(names: ["linear_tree", "linear_trees"], kind: .flag(\.linearTree)),
    Parameter(names: ["linear_lambda"], kind: .real(\.linearLambda)),
    Parameter(names: ["max_cat_to_onehot"], kind: .whole(\.maxCatToOnehot)),
    Parameter(names: ["max_cat_threshold"], kind: .whole(\.maxCatThreshold)),
    Parameter(names: ["cat_l2"], kind: .real(\.catL2)),
    Parameter(names: ["cat_smooth"], kind: .real(\.catSmooth)),
    Parameter(names: ["min_data_per_group"], kind: .whole(\.minDataPerGroup)),
    Parameter(names: ["use_missing"], kind: .flag(\.useMissing)),
    Parameter(names: ["zero_as_missing"], kind: .flag(\.zeroAsMissing)),
    Parameter(names: ["min_data_in_bin"], kind: .whole(\.minDataInBin)),
    Parameter(names: ["bin_construct_sample_cnt", "subsample_for_bin"], kind: .whole(\.binConstructSampleCount)),
    Parameter(names: ["bagging_fraction", "sub_row", "subsample", "bagging"], kind: .real(\.subsample)),
    Parameter(names: ["bagging_freq", "subsample_freq"], kind: .whole(\.baggingFrequency)),
    Parameter(names: ["feature_fraction", "sub_feature", "colsample_bytree"], kind: .real(\.featureFraction)),
    Parameter(
      names: ["early_stopping_round", "early_stopping_rounds", "early_stopping", "n_iter_no_change"],
      kind: .whole(\.earlyStoppingRounds)),
    Parameter(names: ["num_threads", "num_thread", "nthread", "nthreads", "n_jobs"], kind: .whole(\.numThreads)),
    // One seed serves all draws; each has a stream of its own.
    Parameter(
      names: [
        "seed", "random_seed", "random_state", "bagging_seed", "bagging_fraction_seed", "feature_fraction_seed",
        "extra_seed", "drop_seed", "data_random_seed", "data_seed", "objective_seed",
      ], kind: .seed),
    Parameter(names: ["boost_from_average"], kind: .flag(\.boostFromAverage)),
    Parameter(names: ["metric", "metrics", "metric_types", "eval_metric"], kind: .metric),
    Parameter(names: ["objective", "objective_type", "app", "application", "loss"], kind: .objective),
    Parameter(names: ["grow_policy", "growth"], kind: .growth),
    Parameter(names: ["alpha"], kind: .real(\.alpha)),
    Parameter(names: ["quantile_alpha", "expectile_alpha"], kind: .real(\.alpha)),
    Parameter(names: ["scale_pos_weight"], kind: .real(\.scalePosWeight)),
    Parameter(names: ["is_unbalance", "unbalance", "unbalanced_sets"], kind: .flag(\.isUnbalance)),
    Parameter(names: ["class_weight", "class_weights"], kind: .reals(\.classWeights)),
    Parameter(names: ["early_stopping_min_delta"], kind: .real(\.earlyStoppingMinDelta)),
    Parameter(names: ["first_metric_only"], kind: .flag(\.firstMetricOnly)),
    Parameter(names: ["fair_c"], kind: .real(\.fairC)),
    Parameter(names: ["huber_slope"], kind: .real(\.huberSlope)),
    Parameter(names: ["tweedie_variance_power"], kind: .real(\.tweedieVariancePower)),
    Parameter(names: ["num_class", "num_classes"], kind: .whole(\.numClass)),
    Parameter(names: ["boosting", "boosting_type", "boost", "booster"], kind: .boosting),
    Parameter(names: ["data_sample_strategy", "sampling_method"], kind: .sampling),
    Parameter(names: ["top_rate"], kind: .real(\.topRate)),
    Parameter(names: ["other_rate"], kind: .real(\.otherRate)),
    Parameter(
      names: ["pos_bagging_fraction", "pos_sub_row", "pos_subsample", "pos_bagging"],
      kind: .real(\.positiveSubsample)),
    Parameter(
      names: ["neg_bagging_fraction", "neg_sub_row", "neg_subsample", "neg_bagging"],
      kind: .real(\.negativeSubsample)),
    Parameter(names: ["drop_rate", "rate_drop"], kind: .real(\.dropRate)),
    Parameter(names: ["skip_drop"], kind: .real(\.skipDrop)),
    Parameter(names: ["max_drop"], kind: .whole(\.maxDrop)),
    Parameter(names: ["uniform_drop"], kind: .flag(\.uniformDrop)),
    Parameter(names: ["xgboost_dart_mode"], kind: .flag(\.xgboostDartMode)),
    Parameter(
      names: ["feature_fraction_bynode", "sub_feature_bynode", "colsample_bynode"],
      kind: .real(\.featureFractionByNode)),
    Parameter(names: ["colsample_bylevel"], kind: .real(\.featureFractionByLevel)),
    Parameter(names: ["tree_method"], kind: .fixed(["hist", "auto"], "hist")),
    Parameter(names: ["device_type", "device"], kind: .fixed(["cpu"], "cpu")),
    Parameter(names: ["tree_learner", "tree", "tree_type"], kind: .fixed(["serial"], "serial")),
    Parameter(names: ["num_machines", "num_machine"], kind: .fixed(["1"], "1")),
    // Not there; the originals' defaults ask for nothing.
    Parameter(names: ["reg_sqrt"], kind: .fixed(["false"], "false")),
    Parameter(
      names: ["forcedsplits_filename", "fs", "forced_splits_filename", "forced_splits_file", "forced_splits"],
      kind: .fixed([""], "no file")),
    Parameter(names: ["ignore_column", "ignore_feature", "blacklist"], kind: .fixed([""], "no column")),
    Parameter(
      names: ["group_column", "group", "group_id", "query_column", "query", "query_id"], kind: .fixed([""], "no column")
    ),
    Parameter(names: ["cegb_tradeoff"], kind: .fixed(["1", "true", "1.0"], "1")),
    Parameter(names: ["cegb_penalty_split"], kind: .fixed(["0", "false", "0.0"], "0")),
    Parameter(
      names: [
        "cegb_penalty_feature_lazy", "cegb_penalty_feature_coupled", "feature_contri", "feature_contrib", "fc", "fp",
      ],
      kind: .fixed([""], "nothing")),
    Parameter(names: ["multi_strategy"], kind: .fixed(["one_output_per_tree"], "one_output_per_tree")),
    Parameter(names: ["num_parallel_tree"], kind: .fixed(["1", "true"], "1")),
    Parameter(names: ["sigmoid"], kind: .fixed(["1", "true", "1.0"], "1")),
    // Histograms are built one way only, which is always deterministic and always over packed integers.
    Parameter(
      names: ["force_row_wise", "force_col_wise", "deterministic"], kind: .fixed(["true", "false"], "a flag")),
    Parameter(
      names: ["use_quantized_grad", "enable_bundle", "is_enable_bundle", "bundle", "feature_pre_filter"],
      kind: .fixed(["true", "false"], "a flag")),
    Parameter(
      names: ["is_enable_sparse", "is_sparse", "enable_sparse", "sparse", "two_round", "use_two_round_loading"],
      kind: .fixed(["true", "false"], "a flag")),
  ]

  private static let parameterByName: [String: Parameter.Kind] = {
    var kinds: [String: Parameter.Kind] = [:]
    for parameter in parameters { for name in parameter.names { kinds[name] = parameter.kind } }
    return kinds
  }()

  /// The names of the list of features of categories.
  package static let categoricalNames: Set<String> = [
    "categorical_feature", "cat_feature", "categorical_column", "cat_column", "categorical_features",
  ]

  /// The names of the objective itself.
  package static let objectiveNames: Set<String> = Set(
    parameters.filter { if case .objective = $0.kind { true } else { false } }.flatMap(\.names))

  /// A message with the options under the names that ``set(_:to:)`` knows, `num_leaves` for `numLeaves`; what stands in
  /// quotes, a path or a column's name, stays.
  package static func withParameterNames(_ message: String) -> String {
    var (result, word, isQuoted) = ("", "", false)
    for character in message + " " {
      if character == "'", isQuoted || word.isEmpty { isQuoted.toggle() }
      if isQuoted {
        result += word
        word = ""
        result.append(character)
        continue
      }
      if character.isASCII, character.isLetter || character.isNumber || character == "_" {
        word.append(character)
      } else {
        result += parameterName(of: word)
        result.append(character)
        word = ""
      }
    }
    return String(result.dropLast())
  }

  private static func parameterName(of word: String) -> String {
    let others = [
      "rowSampling": "data_sample_strategy", "positiveSubsample": "pos_bagging_fraction",
      "negativeSubsample": "neg_bagging_fraction", "monotoneMethod": "monotone_constraints_method",
      "forcedBins": "forcedbins_filename", "binConstructSampleCount": "bin_construct_sample_cnt",
      "baggingFrequency": "bagging_freq", "featureFractionByLevel": "colsample_bylevel",
      "featureFractionByNode": "feature_fraction_bynode", "earlyStoppingRounds": "early_stopping_round",
      "categoricalFeatures": "categorical_feature", "classWeights": "class_weight",
    ]
    if let name = others[word] { return name }
    guard word.first?.isLowercase == true, word.contains(where: \.isUppercase) else { return word }
    let name = word.map { $0.isUppercase ? "_" + $0.lowercased() : String($0) }.joined()
    return parameterByName[name] == nil ? word : name
  }

  /// All names that ``set(_:to:)`` knows, aliases included.
  public static var parameterNames: [String] { parameters.flatMap(\.names) }

  /// Sets an option by its name in LightGBM or XGBoost, aliases included, as `num_leaves` = `63`.
  ///
  /// - Throws: ``BoostingError`` with code `invalidOption` for an unknown name, naming the nearest one, or a value of the
  ///   wrong form; ranges are checked by ``validate()``.
  public mutating func set(_ name: String, to value: String) throws(BoostingError) {
    func bad(_ need: String) -> BoostingError { BoostingError(.invalidOption, "\(name) is '\(value)'; \(need)") }
    // XGBoost calls its L1 penalty alpha, LightGBM the parameter of the Huber loss.
    let isPenalty = name == "alpha" && growth == .levelwise
    guard let kind = isPenalty ? .real(\.lambdaL1) : Self.parameterByName[name] else {
      let nearest = nearestName(to: name, in: Self.parameterNames)
      throw BoostingError(
        .invalidOption, "there is no option '\(name)'" + (nearest.map { "; did you mean '\($0)'?" } ?? ""))
    }
    switch kind {
    case .whole(let path):
      guard let number = Int(value) else { throw bad("a whole number is needed") }
      // As LightGBM: no rounds of patience or fewer are no early stopping.
      self[keyPath: path] = path == \BoostingOptions.earlyStoppingRounds ? max(0, number) : number
    case .real(let path):
      guard let number = Double(value) else { throw bad("a number is needed") }
      self[keyPath: path] = number
    case .flag(let path):
      guard let flag = ["true": true, "1": true, "false": false, "0": false][value.lowercased()] else {
        throw bad("true or false is needed")
      }
      self[keyPath: path] = flag
    case .seed:
      guard let number = Int64(value) else { throw bad("a whole number is needed") }
      seed = UInt64(bitPattern: number)
    case .objective: objective = try Self.known(Objective.init(standardName:), value, "objective")
    case .metric:
      metrics = []
      for name in value.split(separator: ",") {
        let metric: ValidationMetric = try Self.known(
          ValidationMetric.init(standardName:), name.trimmingCharacters(in: .whitespaces), "metric")
        if !metrics.contains(metric) { metrics.append(metric) }
      }
    case .reals(let path):
      var numbers: [Double] = []
      for part in value.split(whereSeparator: { $0 == "," || $0 == " " }) {
        guard let number = Double(part) else { throw bad("numbers with commas between them are needed") }
        numbers.append(number)
      }
      self[keyPath: path] = numbers
    case .wholes(let path):
      var numbers: [Int] = []
      // XGBoost's list stands in brackets.
      for part in value.split(whereSeparator: { ",()[] ".contains($0) }) {
        guard let number = Int(part) else { throw bad("whole numbers with commas between them are needed") }
        numbers.append(number)
      }
      self[keyPath: path] = numbers
    case .groups:
      guard value.count(where: { $0 == "[" }) == value.count(where: { $0 == "]" }) else {
        throw bad("groups such as [0,1],[2,3] are needed, each in brackets")
      }
      var groups: [[Int]] = []
      for text in value.split(separator: "]") {
        let numbers = text.split(whereSeparator: { ",[ ".contains($0) }).map { Int($0) }
        guard numbers.allSatisfy({ $0 != nil }) else { throw bad("groups such as [0,1],[2,3] are needed") }
        if !numbers.isEmpty { groups.append(numbers.map { $0! }) }
      }
      interactionConstraints = groups
    case .monotoneMethod:
      guard let method = MonotoneMethod(rawValue: value.lowercased()) else {
        throw bad("basic or intermediate is needed")
      }
      monotoneMethod = method
    case .boosting:
      let modes: [String: Boosting] = [
        "gbdt": .gbdt, "gbrt": .gbdt, "gbtree": .gbdt, "dart": .dart, "rf": .randomForest,
        "random_forest": .randomForest, "goss": .gbdt,
      ]
      guard let mode = modes[value.lowercased()] else { throw bad("gbdt, dart, rf or goss is needed") }
      boosting = mode
      if value.lowercased() == "goss" { rowSampling = .goss }
    case .sampling:
      let ways: [String: RowSampling] = [
        "bagging": .bagging, "uniform": .bagging, "goss": .goss, "mvs": .mvs, "gradient_based": .mvs,
      ]
      guard let way = ways[value.lowercased()] else { throw bad("bagging, goss or mvs is needed") }
      rowSampling = way
    case .growth:
      let policies: [String: Growth] = [
        "leafwise": .leafwise, "lossguide": .leafwise, "levelwise": .levelwise, "depthwise": .levelwise,
        "symmetric": .symmetric, "symmetrictree": .symmetric, "oblivious": .symmetric,
      ]
      guard let policy = policies[value.lowercased()] else { throw bad("leafwise, levelwise or symmetric is needed") }
      growth = policy
      if policy == .symmetric {
        (maxDepth, numLeaves) = (Self.symmetric.maxDepth, Self.symmetric.numLeaves)
      }
    case .fixed(let values, let allowed):
      let spelled = ["1": "true", "0": "false"][value.lowercased()] ?? value.lowercased()
      guard values.contains(spelled) || values.contains(value) else { throw bad("only \(allowed) is supported") }
    }
  }

  private static func known<Value: CaseIterable & RawRepresentable<String>>(
    _ find: (String) -> Value?, _ name: String, _ what: String
  ) throws(BoostingError) -> Value {
    if let value = find(name) { return value }
    let names = Value.allCases.map(\.rawValue).joined(separator: ", ")
    throw BoostingError(.invalidOption, "there is no \(what) '\(name)'; \(names) are known")
  }
}

/// The name that takes the fewest changes to get from the given one; nil if none is near.
package func nearestName(to name: String, in names: [String]) -> String? {
  let letters = Array(name.lowercased().replacing("-", with: "_").utf8)
  func distance(to other: String) -> Int {
    let others = Array(other.utf8)
    var row = Array(0...others.count)
    for (index, letter) in letters.enumerated() {
      var diagonal = row[0]
      row[0] = index + 1
      for place in others.indices {
        let change = diagonal + (letter == others[place] ? 0 : 1)
        diagonal = row[place + 1]
        row[place + 1] = min(change, diagonal + 1, row[place] + 1)
      }
    }
    return row[others.count]
  }
  let best = names.map { (name: $0, distance: distance(to: $0)) }.min { $0.distance < $1.distance }
  guard let best, best.distance <= max(2, letters.count / 3) else { return nil }
  return best.name
}
