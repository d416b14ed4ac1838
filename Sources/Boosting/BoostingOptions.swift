/// How a model is trained: the options of LightGBM and XGBoost under their standard names.
///
/// ``lightGBM`` and ``xgboost`` give the originals' defaults; every option can be changed from there.
public struct BoostingOptions: Sendable, Hashable, Codable {
  /// Which leaf of a tree is split next, with the conventions of the library that made it known.
  public enum Growth: String, Sendable, Hashable, Codable, CaseIterable {
    /// The open leaf with the largest gain, as LightGBM: bins by its rules, `x <= threshold`, rows per leaf limited.
    case leafwise
    /// Level after level, as XGBoost's `hist`: cuts at data values in single precision, `x < threshold`.
    case levelwise
    /// Level after level with one split for all leaves of a level, as CatBoost's oblivious trees; else as leaf-wise.
    ///
    /// The split is the one with the largest sum of gains over the leaves. A leaf that it would leave a side with too few
    /// rows or too small a hessian gives nothing to the sum and stays as it is.
    case symmetric
  }

  /// How trees add up to a model.
  public enum Boosting: String, Sendable, Hashable, Codable, CaseIterable {
    /// Gradient boosting: each tree learns what the ones before it leave.
    case gbdt
    /// Gradient boosting that leaves out random earlier trees while a tree is learned (Rashmi and Gilad-Bachrach 2015).
    case dart
    /// Random forest: each tree learns the labels from its own bag; predictions are means over trees.
    case randomForest = "rf"
  }

  /// Which rows a tree learns from.
  public enum RowSampling: String, Sendable, Hashable, Codable, CaseIterable {
    /// A random share (``BoostingOptions/subsample``).
    case bagging
    /// The rows with the largest gradients and a random share of the others, weighed up (Ke et al. 2017).
    case goss
    /// Each row with a chance that grows with its gradient, weighed by its inverse (Ibragimov and Gusev 2019); on
    /// average a share ``BoostingOptions/subsample`` of them.
    case mvs
  }

  /// How features with a direction bound the values of leaves.
  public enum MonotoneMethod: String, Sendable, Hashable, Codable, CaseIterable {
    /// By the middle between the two sides of each split.
    case basic
    /// By the values of the leaves beside them, which are less in the way: splits are looked for anew as these change.
    case intermediate
  }

  /// How trees add up (`boosting`).
  public var boosting = Boosting.gbdt
  /// Which rows a tree learns from (`data_sample_strategy`).
  public var rowSampling = RowSampling.bagging
  /// Share of rows with the largest gradients that GOSS keeps (`top_rate`).
  public var topRate = 0.2
  /// Share of rows that GOSS draws from the others (`other_rate`).
  public var otherRate = 0.1
  /// Share of rows of class 1 drawn for a tree (`pos_bagging_fraction`); binary only.
  public var positiveSubsample = 1.0
  /// Share of rows of class 0 drawn for a tree (`neg_bagging_fraction`); binary only.
  public var negativeSubsample = 1.0
  /// Chance of a tree to be left out by DART (`drop_rate`, `rate_drop`).
  public var dropRate = 0.1
  /// Chance that DART leaves out nothing in a round (`skip_drop`).
  public var skipDrop = 0.5
  /// Most rounds that DART leaves out at once (`max_drop`); 0 or less for no limit.
  public var maxDrop = 50
  /// Whether DART draws trees evenly instead of by their weights (`uniform_drop`).
  public var uniformDrop = false
  /// Whether DART weighs new and left-out trees as XGBoost does (`xgboost_dart_mode`).
  public var xgboostDartMode = false

  /// Order of growth and conventions.
  public var growth = Growth.leafwise
  /// What is learned.
  public var objective = Objective.regression
  /// Where Huber's loss becomes linear, and the level of the quantile or expectile (`alpha`); positive, a level below 1.
  public var alpha = 0.9
  /// Scale of Fair's loss (`fair_c`); positive.
  public var fairC = 1.0
  /// Scale of the pseudo-Huber loss (`huber_slope`); positive.
  public var huberSlope = 1.0
  /// Variance power of the Tweedie loss (`tweedie_variance_power`), from 1 (Poisson) to below 2 (gamma).
  public var tweedieVariancePower = 1.5
  /// Factor of the weights of class 1 in ``Objective/binary`` (`scale_pos_weight`); positive.
  public var scalePosWeight = 1.0
  /// Whether ``Objective/binary`` weighs the rarer class up to the count of the other (`is_unbalance`).
  public var isUnbalance = false
  /// Factors of the row weights, one a class (`class_weight`), or empty; for binary and multiclass objectives.
  public var classWeights: [Double] = []
  /// Number of classes, at least 2 for ``Objective/multiclass`` and ``Objective/multiclassOVA``; scores a row for
  /// ``Objective/custom``; 1 otherwise.
  public var numClass = 1
  /// Number of boosting rounds (`num_iterations`); at least 0.
  public var numIterations = 100
  /// Step by which a tree's values are shrunk (`learning_rate`, `eta`); positive.
  public var learningRate = 0.1
  /// Most leaves of a tree (`num_leaves`, `max_leaves`); at least 2, or 0 for no limit when level-wise.
  public var numLeaves = 31
  /// Most splits between root and leaf (`max_depth`); 0 or less means no limit.
  public var maxDepth = -1
  /// Fewest rows of a leaf (`min_data_in_leaf`), estimated from the hessian as LightGBM does; at least 0.
  public var minDataInLeaf = 20
  /// Least sum of hessians of a leaf (`min_sum_hessian_in_leaf`, `min_child_weight`); at least 0.
  public var minSumHessianInLeaf = 1e-3
  /// L1 penalty on leaf values (`lambda_l1`, `alpha`); at least 0.
  public var lambdaL1 = 0.0
  /// L2 penalty on leaf values (`lambda_l2`, `lambda`); at least 0.
  public var lambdaL2 = 0.0
  /// Least gain of a split (`min_gain_to_split`, `gamma`); at least 0.
  public var minGainToSplit = 0.0
  /// Largest leaf value before shrinkage (`max_delta_step`); 0 for no limit, which is 0.7 for a level-wise Poisson
  /// model, as in XGBoost.
  public var maxDeltaStep = 0.0
  /// Direction in which predictions may change with each feature (`monotone_constraints`): 1 up, −1 down, 0 either;
  /// empty for no constraint.
  public var monotoneConstraints: [Int] = []
  /// How they bound the values of leaves (`monotone_constraints_method`).
  public var monotoneMethod = MonotoneMethod.basic
  /// Cost of splits on features with a direction near the root (`monotone_penalty`); at least 0.
  ///
  /// At a penalty p the first floor(p) levels have one only where no other feature has a split.
  public var monotonePenalty = 0.0
  /// Groups of features that may stand on one way from root to leaf (`interaction_constraints`); empty for all.
  ///
  /// Leaf-wise, a feature in no group is not used, as in LightGBM; level-wise it stands alone, as in XGBoost.
  public var interactionConstraints: [[Int]] = []
  /// Pull of a leaf's value to its parent's (`path_smooth`): the weight of the parent in rows; at least 0.
  public var pathSmooth = 0.0
  /// Whether each node looks at one random threshold a feature only (`extra_trees`).
  public var extraTrees = false
  /// Most bins of each feature (`max_bin_by_feature`); empty for ``maxBin`` everywhere.
  public var maxBinByFeature: [Int] = []
  /// Most bins of a feature (`max_bin`); 2 to 255 leaf-wise, 2 to 256 level-wise (255 where values are missing).
  public var maxBin = 255
  /// Whether NaN is missing, with a learned direction (`use_missing`).
  ///
  /// Otherwise it counts as 0.0, as it always does where training saw no NaN; not level-wise.
  public var useMissing = true
  /// Whether values around zero are missing as well as NaN (`zero_as_missing`); not level-wise.
  public var zeroAsMissing = false
  /// Bounds of bins that there are in any case, by feature number (`forcedbins_filename`); not level-wise.
  public var forcedBins: [Int: [Double]] = [:]
  /// Whether leaves predict linear functions of the features above them (`linear_tree`); leaf-wise only.
  ///
  /// The first tree's leaves stay constant, and so do those of rows with a missing feature. Not with random forests,
  /// `zeroAsMissing`, `pathSmooth`, monotone constraints or objectives whose leaves take percentiles. A dataset that was
  /// read from a file or built of blocks has not kept the values that it needs.
  public var linearTree = false
  /// L2 penalty of the coefficients of linear leaves (`linear_lambda`); at least 0.
  public var linearLambda = 0.0
  /// Features whose values are categories, by number (`categorical_feature`): whole numbers of at least 0.
  ///
  /// NaN, negative numbers and categories that training did not see go to the side of LightGBM's or XGBoost's rule: right
  /// leaf-wise, and level-wise left (NaN: the side that was learned). Not for symmetric trees.
  public var categoricalFeatures: [Int] = []
  /// Most categories of which each is tried alone against the rest (`max_cat_to_onehot`); at least 1.
  ///
  /// Leaf-wise the bin of all others counts too. More of them are sorted by their gradients.
  public var maxCatToOnehot = 4
  /// Most categories on the side of a sorted split (`max_cat_threshold`); at least 1.
  public var maxCatThreshold = 32
  /// L2 penalty beside the usual one on the sides of a sorted split (`cat_l2`); leaf-wise only; at least 0.
  public var catL2 = 10.0
  /// Rows that a category needs to be sorted, and what its hessian is smoothed by (`cat_smooth`); leaf-wise only; at
  /// least 0.
  public var catSmooth = 10.0
  /// Fewest rows by which a sorted split grows (`min_data_per_group`); leaf-wise only; at least 1.
  public var minDataPerGroup = 100
  /// Fewest rows of a bin (`min_data_in_bin`); at least 1; leaf-wise only.
  public var minDataInBin = 3
  /// Rows from which bins are made (`bin_construct_sample_cnt`); at least 1.
  public var binConstructSampleCount = 200_000
  /// Share of rows drawn for a tree (`bagging_fraction`, `subsample`); above 0, at most 1.
  public var subsample = 1.0
  /// Rounds for which a drawn bag is kept (`bagging_freq`); 0 turns bagging off, as in LightGBM.
  public var baggingFrequency = 0
  /// Share of features drawn for a tree (`feature_fraction`, `colsample_bytree`); above 0, at most 1.
  public var featureFraction = 1.0
  /// Share of a tree's features drawn for a level (`colsample_bylevel`); above 0, at most 1.
  public var featureFractionByLevel = 1.0
  /// Share of a level's features drawn for a node (`feature_fraction_bynode`, `colsample_bynode`); above 0, at most 1.
  public var featureFractionByNode = 1.0
  /// Whether boosting starts from the best constant (`boost_from_average`).
  public var boostFromAverage = true
  /// Rounds without a better validation score after which training stops (`early_stopping_round`); 0 for never.
  public var earlyStoppingRounds = 0
  /// Least change of the metric that counts as better (`early_stopping_min_delta`); at least 0.
  public var earlyStoppingMinDelta = 0.0
  /// Whether only the first metric stops training (`first_metric_only`); otherwise each of them can.
  public var firstMetricOnly = false
  /// How many of the best classes may hold the right one for ``ValidationMetric/multiError`` (`multi_error_top_k`); at
  /// least 1.
  public var multiErrorTopK = 1
  /// Metrics on the validation data, the first of which decides the best round; empty for the objective's own.
  public var metrics: [ValidationMetric] = []
  /// Seed of row and column sampling.
  public var seed: UInt64 = 0
  /// Threads (`num_threads`); 0 for all processors.
  ///
  /// The model is the same for any number.
  public var numThreads = 0

  /// LightGBM's defaults.
  public init() {}

  /// LightGBM's defaults: 31 leaves, learning rate 0.1, at least 20 rows a leaf.
  public static let lightGBM = BoostingOptions()

  /// XGBoost's defaults: depth 6, learning rate 0.3, L2 penalty 1, child weight at least 1, 256 bins.
  public static let xgboost: BoostingOptions = {
    var options = BoostingOptions()
    options.growth = .levelwise
    options.learningRate = 0.3
    options.maxDepth = 6
    options.numLeaves = 0
    options.minDataInLeaf = 0
    options.minSumHessianInLeaf = 1
    options.lambdaL2 = 1
    options.maxBin = 256
    options.maxCatThreshold = 64
    options.minDataInBin = 1
    options.baggingFrequency = 1
    return options
  }()

  /// Symmetric trees of depth 6, which is CatBoost's; the rest as ``lightGBM``.
  public static let symmetric: BoostingOptions = {
    var options = BoostingOptions()
    options.growth = .symmetric
    options.maxDepth = 6
    options.numLeaves = 0
    return options
  }()

  /// The metrics that are computed.
  package var usedMetrics: [ValidationMetric] {
    // What several scores of an objective of your own mean, none of them knows.
    if objective == .custom, numClass > 1 { return [] }
    return metrics.isEmpty ? [.standard(for: objective)] : metrics
  }

  /// Scores a row has: ``numClass`` for multiclass objectives and one of your own, else 1.
  public var scoresPerRow: Int { objective.isMulticlass || objective == .custom ? numClass : 1 }

  /// Throws ``BoostingError`` with code `invalidOption` if lists by feature do not fit a number of features.
  func validate(features: Int) throws(BoostingError) {
    for (name, list) in [("monotoneConstraints", monotoneConstraints), ("maxBinByFeature", maxBinByFeature)] {
      guard list.isEmpty || list.count == features else {
        throw BoostingError(.invalidOption, "\(name) has \(list.count) entries for \(features) features")
      }
    }
    for number in categoricalFeatures {
      guard 0..<features ~= number else {
        throw BoostingError(
          .invalidOption, "categoricalFeatures names feature \(number); there are 0 to \(features - 1)")
      }
      guard monotoneConstraints.isEmpty || monotoneConstraints[number] == 0 else {
        throw BoostingError(
          .invalidOption, "feature \(number) is categorical, which has no order for monotoneConstraints")
      }
    }
    if let number = forcedBins.keys.first(where: { !(0..<features ~= $0) }) {
      throw BoostingError(.invalidOption, "forcedBins names feature \(number); there are 0 to \(features - 1)")
    }
    if let number = interactionConstraints.joined().first(where: { !(0..<features ~= $0) }) {
      throw BoostingError(
        .invalidOption, "interactionConstraints names feature \(number); there are 0 to \(features - 1)")
    }
  }

  /// The parameter of the objective that XGBoost's files hold; nil for an objective without one.
  var objectiveParameter: Double? {
    switch objective {
    case .poisson: SplitRules(self).maxDeltaStep
    case .tweedie: tweedieVariancePower
    case .pseudoHuber: huberSlope
    case .quantile: alpha
    default: nil
    }
  }

  /// Throws ``BoostingError`` with code `invalidOption` naming the first option that is not allowed.
  public func validate() throws(BoostingError) {
    func check(_ isAllowed: Bool, _ name: String, _ value: some CustomStringConvertible, _ rule: String)
      throws(BoostingError)
    {
      if !isAllowed { throw BoostingError(.invalidOption, "\(name) is \(value); it must be \(rule)") }
    }
    try check(!objective.isMulticlass || 2...1000 ~= numClass, "numClass", numClass, "in 2...1000 for multiclass")
    try check(objective != .custom || 1...1000 ~= numClass, "numClass", numClass, "in 1...1000 for custom")
    let hasClasses = objective.isMulticlass || objective == .custom
    try check(hasClasses || 0...1 ~= numClass, "numClass", numClass, "1 for \(objective.rawValue)")
    try check(alpha > 0 && alpha.isFinite, "alpha", alpha, "positive and finite")
    let isLevel = objective == .expectile || objective == .quantile
    try check(!isLevel || alpha < 1, "alpha", alpha, "above 0 and below 1 for \(objective.rawValue)")
    try check(scalePosWeight > 0 && scalePosWeight.isFinite, "scalePosWeight", scalePosWeight, "positive and finite")
    try check(
      !isUnbalance || scalePosWeight == 1, "scalePosWeight", scalePosWeight, "1 where isUnbalance is on")
    let classes = objective == .binary ? 2 : objective.isMulticlass ? numClass : 0
    try check(
      classWeights.isEmpty || (classWeights.count == classes && classWeights.allSatisfy { $0 >= 0 && $0.isFinite }),
      "classWeights", classWeights,
      classes == 0 ? "empty for \(objective.rawValue)" : "\(classes) numbers of at least 0")
    try check(fairC > 0 && fairC.isFinite, "fairC", fairC, "positive and finite")
    try check(huberSlope > 0 && huberSlope.isFinite, "huberSlope", huberSlope, "positive and finite")
    try check(1..<2 ~= tweedieVariancePower, "tweedieVariancePower", tweedieVariancePower, "at least 1 and below 2")
    try check(numIterations >= 0, "numIterations", numIterations, "at least 0")
    try check(learningRate > 0 && learningRate.isFinite, "learningRate", learningRate, "positive and finite")
    try check(
      2...65_536 ~= numLeaves || (numLeaves == 0 && (growth != .leafwise || maxDepth > 0)), "numLeaves", numLeaves,
      "in 2...65536, or 0 for no limit where maxDepth is one")
    try check(
      numLeaves > 0 && growth != .symmetric || 1...16 ~= maxDepth, "maxDepth", maxDepth,
      "in 1...16 for symmetric trees, and without a limit of leaves")
    let isPlainTree = !extraTrees && pathSmooth == 0 && interactionConstraints.isEmpty
    try check(
      growth != .symmetric || (isPlainTree && monotoneConstraints.allSatisfy { $0 == 0 }), "growth", growth.rawValue,
      "another one with extraTrees, pathSmooth, monotone or interaction constraints")
    try check(0...1_000_000_000 ~= minDataInLeaf, "minDataInLeaf", minDataInLeaf, "in 0...1,000,000,000")
    try check(
      minSumHessianInLeaf >= 0 && minSumHessianInLeaf.isFinite, "minSumHessianInLeaf", minSumHessianInLeaf,
      "finite and at least 0")
    try check(lambdaL1 >= 0 && lambdaL1.isFinite, "lambdaL1", lambdaL1, "finite and at least 0")
    try check(lambdaL2 >= 0 && lambdaL2.isFinite, "lambdaL2", lambdaL2, "finite and at least 0")
    try check(minGainToSplit >= 0 && minGainToSplit.isFinite, "minGainToSplit", minGainToSplit, "finite, at least 0")
    try check(maxDeltaStep >= 0 && maxDeltaStep.isFinite, "maxDeltaStep", maxDeltaStep, "finite and at least 0")
    let binLimit = growth == .levelwise ? 256 : 255
    try check(2...binLimit ~= maxBin, "maxBin", maxBin, "in 2...\(binLimit)")
    try check(
      maxBinByFeature.allSatisfy { 2...binLimit ~= $0 }, "maxBinByFeature", maxBinByFeature,
      "one number in 2...\(binLimit) a feature")
    try check(
      monotoneConstraints.allSatisfy { -1...1 ~= $0 }, "monotoneConstraints", monotoneConstraints,
      "one of -1, 0 and 1 a feature")
    try check(
      monotonePenalty >= 0 && monotonePenalty.isFinite, "monotonePenalty", monotonePenalty, "finite and at least 0")
    try check(multiErrorTopK >= 1, "multiErrorTopK", multiErrorTopK, "at least 1")
    try check(pathSmooth >= 0 && pathSmooth.isFinite, "pathSmooth", pathSmooth, "finite and at least 0")
    try check(pathSmooth == 0 || minDataInLeaf >= 2, "minDataInLeaf", minDataInLeaf, "at least 2 with pathSmooth")
    for (name, isPlain) in [
      ("useMissing", useMissing), ("zeroAsMissing", !zeroAsMissing), ("forcedBins", forcedBins.isEmpty),
    ] { try check(growth != .levelwise || isPlain, name, "changed", "left as it is when level-wise") }
    try check(
      forcedBins.values.allSatisfy { $0.allSatisfy(\.isFinite) }, "forcedBins", forcedBins, "finite numbers")
    try check(
      growth != .symmetric || categoricalFeatures.isEmpty, "categoricalFeatures", categoricalFeatures,
      "empty for symmetric trees")
    for (name, value) in [
      ("maxCatToOnehot", maxCatToOnehot), ("maxCatThreshold", maxCatThreshold), ("minDataPerGroup", minDataPerGroup),
    ] { try check(value >= 1, name, value, "at least 1") }
    for (name, value) in [("catL2", catL2), ("catSmooth", catSmooth)] {
      try check(value >= 0 && value.isFinite, name, value, "finite and at least 0")
    }
    let isRenewed = [.absoluteError, .quantile, .mape].contains(objective)
    try check(
      !isRenewed || monotoneConstraints.allSatisfy { $0 == 0 }, "monotoneConstraints", monotoneConstraints,
      "all 0 with \(objective.rawValue), whose leaves take percentiles")
    for (other, isPlain) in [
      ("growth \(growth.rawValue)", growth == .leafwise), ("boosting rf", boosting != .randomForest),
      ("zeroAsMissing", !zeroAsMissing), ("objective \(objective.rawValue)", !isRenewed),
      ("pathSmooth", pathSmooth == 0), ("monotoneConstraints", monotoneConstraints.allSatisfy { $0 == 0 }),
    ] { try check(!linearTree || isPlain, "linearTree", linearTree, "off with \(other)") }
    try check(linearLambda >= 0 && linearLambda.isFinite, "linearLambda", linearLambda, "finite and at least 0")
    try check(minDataInBin >= 1, "minDataInBin", minDataInBin, "at least 1")
    try check(binConstructSampleCount >= 1, "binConstructSampleCount", binConstructSampleCount, "at least 1")
    try check(subsample > 0 && subsample <= 1, "subsample", subsample, "above 0 and at most 1")
    try check(baggingFrequency >= 0, "baggingFrequency", baggingFrequency, "at least 0")
    for (name, value) in [
      ("featureFractionByLevel", featureFractionByLevel), ("featureFractionByNode", featureFractionByNode),
      ("positiveSubsample", positiveSubsample), ("negativeSubsample", negativeSubsample),
    ] { try check(value > 0 && value <= 1, name, value, "above 0 and at most 1") }
    for (name, value) in [("topRate", topRate), ("otherRate", otherRate)] {
      try check(value > 0 && value < 1, name, value, "above 0 and below 1")
    }
    try check(rowSampling != .goss || topRate + otherRate <= 1, "topRate", topRate, "at most 1 less otherRate")
    for (name, value) in [("dropRate", dropRate), ("skipDrop", skipDrop)] {
      try check(value >= 0 && value <= 1, name, value, "in 0...1")
    }
    let isByClass = positiveSubsample < 1 || negativeSubsample < 1
    try check(!isByClass || objective == .binary, "positiveSubsample", positiveSubsample, "1 unless binary")
    try check(
      boosting != .dart || earlyStoppingRounds == 0, "earlyStoppingRounds", earlyStoppingRounds,
      "0 with dart, whose earlier trees change")
    try check(
      boosting != .randomForest || (rowSampling == .bagging && baggingFrequency > 0 && (subsample < 1 || isByClass))
        || featureFraction < 1, "subsample", subsample, "below 1, with baggingFrequency above 0, for a random forest")
    try check(featureFraction > 0 && featureFraction <= 1, "featureFraction", featureFraction, "above 0 and at most 1")
    try check(earlyStoppingRounds >= 0, "earlyStoppingRounds", earlyStoppingRounds, "at least 0")
    try check(
      earlyStoppingMinDelta >= 0 && earlyStoppingMinDelta.isFinite, "earlyStoppingMinDelta", earlyStoppingMinDelta,
      "finite and at least 0")
    try check(numThreads >= 0, "numThreads", numThreads, "at least 0")
  }
}
