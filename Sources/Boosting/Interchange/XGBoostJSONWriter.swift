import Foundation

/// Writes a model as XGBoost JSON, which the original reads.
///
/// XGBoost compares single precision values by `<`. A threshold that does not say the same as such a comparison cannot be
/// written; those of level-wise models always can.
struct XGBoostJSONWriter {
  let model: BoostingModel
  /// Whether `x <= t` may be written as `x < c` with c the float after t: the same for every float x.
  let singlePrecisionInput: Bool

  func text() throws(BoostingError) -> String {
    guard !model.averagesTrees else {
      throw BoostingError(.notExpressible, "XGBoost's format adds trees up; a random forest takes their mean")
    }
    let categories = model.knownCategories
    var trees: [String] = []
    for (number, tree) in model.trees.enumerated() { trees.append(try json(tree, number: number, categories)) }
    let classes = model.scoresPerRow
    let info = model.trees.indices.map { String($0 % classes) }.joined(separator: ",")
    let rounds = (0...model.iterationCount).map { String($0 * classes) }.joined(separator: ",")
    let names = try model.featureNames.map { name throws(BoostingError) in try quoted(name) }.joined(separator: ",")
    let types = model.featureNames.indices.map { categories[$0] == nil ? "\"float\"" : "\"c\"" }
      .joined(separator: ",")
    return """
      {"version":[3,1,0],"learner":{"attributes":{},"feature_names":[\(names)],"feature_types":[\(types)],\
      "learner_model_param":{"base_score":"\(baseScore)","boost_from_average":"1",\
      "num_class":"\(model.objective == .multiclass ? classes : 0)","num_feature":"\(model.featureNames.count)",\
      "num_target":"1"},"objective":\(try objective()),"gradient_booster":{"name":"gbtree","model":{\
      "gbtree_model_param":{"num_trees":"\(model.trees.count)","num_parallel_tree":"1"},\
      "iteration_indptr":[\(rounds)],"tree_info":[\(info)],"trees":[\(trees.joined(separator: ","))]}}}}
      """
  }

  /// In the space of the output, as XGBoost keeps it: a probability, a value, or the margins of the classes.
  private var baseScore: String {
    switch model.objective.link {
    case .identity: number(model.baseScores[0])
    case .exponential: number(exp(model.baseScores[0]))
    case .logistic: number(1 / (1 + exp(-model.baseScores[0])))
    case .softmax: "[" + model.baseScores.map(number).joined(separator: ",") + "]"
    }
  }

  private func objective() throws(BoostingError) -> String {
    // Models read from LightGBM's text do not say; these are the defaults of the originals.
    func parameter(_ standard: Double) -> String { number(model.objectiveParameter ?? standard) }
    if model.objective == .custom, model.scoresPerRow > 1 {
      throw BoostingError(
        .notExpressible, "XGBoost's format has no name for an objective of your own with several scores")
    }
    return switch model.objective {
    case .regression, .custom: #"{"name":"reg:squarederror","reg_loss_param":{"scale_pos_weight":"1"}}"#
    case .binary, .crossEntropy: #"{"name":"binary:logistic","reg_loss_param":{"scale_pos_weight":"1"}}"#
    case .poisson: #"{"name":"count:poisson","poisson_regression_param":{"max_delta_step":"\#(parameter(0.7))"}}"#
    case .absoluteError: #"{"name":"reg:absoluteerror"}"#
    case .quantile:
      #"{"name":"reg:quantileerror","quantile_loss_param":{"quantile_alpha":"[\#(parameter(0.5))]"}}"#
    case .gamma: #"{"name":"reg:gamma"}"#
    case .tweedie: #"{"name":"reg:tweedie","tweedie_regression_param":{"tweedie_variance_power":"\#(parameter(1.5))"}}"#
    case .pseudoHuber: #"{"name":"reg:pseudohubererror","pseudo_huber_param":{"huber_slope":"\#(parameter(1))"}}"#
    case .huber, .fair, .expectile, .mape, .multiclassOVA:
      throw BoostingError(
        .notExpressible, "XGBoost's format has no name for the objective \(model.objective.rawValue)")
    case .multiclass:
      #"{"name":"multi:softprob","softmax_multiclass_param":{"num_class":"\#(model.scoresPerRow)"}}"#
    }
  }

  /// The nodes of a tree in the order of levels, so that a right child stands behind its left one, as readers expect.
  private func json(
    _ tree: Tree, number treeNumber: Int, _ known: [Int: Set<Int32>]
  ) throws(BoostingError) -> String {
    if tree.linear != nil {
      throw BoostingError(.notExpressible, "tree \(treeNumber) has linear leaves, which XGBoost has not")
    }
    var order: [Int32] = [tree.splitFeature.isEmpty ? ~0 : 0]
    var parents = [2_147_483_647]
    var lefts: [Int] = []
    var rights: [Int] = []
    var index = 0
    while index < order.count {
      let place = order[index]
      if place >= 0 {
        lefts.append(order.count)
        rights.append(order.count + 1)
        order += [tree.left[Int(place)], tree.right[Int(place)]]
        parents += [index, index]
      } else {
        lefts.append(-1)
        rights.append(-1)
      }
      index += 1
    }
    var conditions: [String] = []
    var defaults: [String] = []
    for place in order {
      guard place >= 0 else {
        conditions.append(number(tree.leafValue[Int(~place)]))
        defaults.append("0")
        continue
      }
      let node = Int(place)
      if tree.categorySet(node) != nil {
        // XGBoost's own writer puts the smallest float here, which says nothing.
        conditions.append(number(1e-45))
        defaults.append(tree.defaultLeft[node] ? "1" : "0")
        continue
      }
      guard let cut = cut(tree.threshold[node]) else {
        throw BoostingError(
          .notExpressible,
          "threshold \(tree.threshold[node]) in tree \(treeNumber) needs double precision, which XGBoost has not; "
            + "write the model as LightGBM text")
      }
      conditions.append(number(Double(cut)))
      switch tree.missing[node] {
      case .nan: defaults.append(tree.defaultLeft[node] ? "1" : "0")
      case .none: defaults.append(0 <= tree.threshold[node] ? "1" : "0")
      case .zero:
        throw BoostingError(.notExpressible, "tree \(treeNumber) treats zero as missing, which XGBoost cannot say")
      }
    }
    func list(_ values: [String]) -> String { "[" + values.joined(separator: ",") + "]" }
    func each(_ node: (Int) -> Double, _ leaf: (Int) -> Double) -> String {
      list(order.map { number($0 >= 0 ? node(Int($0)) : leaf(Int(~$0))) })
    }
    let isSet = order.map { $0 >= 0 && tree.categorySet(Int($0)) != nil }
    let sets = order.indices.filter { isSet[$0] }.map { rightCategories(tree, Int(order[$0]), known) }
    func numbers(_ values: [some BinaryInteger]) -> String { list(values.map(\.description)) }
    let starts = sets.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }.dropLast()
    return """
      {"base_weights":\(each({ tree.internalValue[$0] }, { tree.leafValue[$0] })),\
      "categories":\(numbers(sets.flatMap { $0 })),\
      "categories_nodes":\(numbers(order.indices.filter { isSet[$0] })),\
      "categories_segments":\(numbers(Array(starts))),"categories_sizes":\(numbers(sets.map(\.count))),\
      "default_left":\(list(defaults)),\
      "id":\(treeNumber),"left_children":\(list(lefts.map(String.init))),\
      "loss_changes":\(each({ tree.gain[$0] }, { _ in 0 })),"parents":\(list(parents.map(String.init))),\
      "right_children":\(list(rights.map(String.init))),"split_conditions":\(list(conditions)),\
      "split_indices":\(list(order.map { $0 >= 0 ? String(tree.splitFeature[Int($0)]) : "0" })),\
      "split_type":\(list(isSet.map { $0 ? "1" : "0" })),\
      "sum_hessian":\(each({ tree.internalWeight[$0] }, { tree.leafWeight[$0] })),\
      "tree_param":{"num_deleted":"0","num_feature":"\(model.featureNames.count)","num_nodes":"\(order.count)",\
      "size_leaf_vector":"1"}}
      """
  }

  /// The categories that go right, as XGBoost lists them.
  ///
  /// LightGBM's sets go left and all else right: so all numbers up to the largest known category are listed that are not
  /// in the set. Larger ones, which training never saw, go left in XGBoost.
  private func rightCategories(_ tree: Tree, _ node: Int, _ known: [Int: Set<Int32>]) -> [Int32] {
    guard let set = tree.categorySet(node) else { return [] }
    if !set.membersGoLeft { return set.members }
    let own = known[Int(tree.splitFeature[node])] ?? []
    let largest = own.max() ?? 0
    // Where numbers are far apart, only those that are known.
    let candidates = largest < 1 << 16 ? Array(0...largest) : own.sorted()
    return candidates.filter { !set.contains($0) }
  }

  private func cut(_ threshold: Double) -> Float? {
    if let cut = XGBoostCuts.cut(ofBound: threshold) { return cut }
    guard singlePrecisionInput, abs(threshold) < Double(Float.greatestFiniteMagnitude) else { return nil }
    let nearest = Float(threshold)
    return Double(nearest) > threshold ? nearest : nearest.nextUp
  }

  /// A single precision literal; it always has a point or an exponent, for XGBoost takes whole ones for integers.
  ///
  /// Statistics beyond single precision become its largest number, for JSON has no infinity.
  private func number(_ value: Double) -> String {
    let limit = Float.greatestFiniteMagnitude
    return max(-limit, min(limit, Float(value))).description
  }

  private func quoted(_ text: String) throws(BoostingError) -> String {
    do {
      return String(decoding: try JSONEncoder().encode(text), as: UTF8.self)
    } catch {
      throw BoostingError(.notExpressible, "the feature name '\(text)' cannot be written as JSON")
    }
  }
}
