import Foundation

/// Reads XGBoost JSON and UBJSON models of versions 1 to 3.
///
/// Damaged input gives a ``BoostingError``; every array is checked for its length and every child for being visited once.
struct XGBoostJSONReader {
  private let learner: [String: Any]

  /// Takes the decoded JSON or UBJSON.
  init(_ root: Any) throws(BoostingError) {
    guard let object = root as? [String: Any], let learner = object["learner"] as? [String: Any] else {
      throw BoostingError(.corruptModel, "the XGBoost model has no object 'learner'")
    }
    self.learner = learner
  }

  func model() throws(BoostingError) -> BoostingModel {
    let parameters = try object(learner, "learner_model_param")
    guard let features = Int(parameters["num_feature"] as? String ?? ""), 1...10_000_000 ~= features else {
      throw BoostingError(.corruptModel, "num_feature is missing or out of range")
    }
    let classCount = Int(parameters["num_class"] as? String ?? "0") ?? 0
    guard 0...100_000 ~= classCount else {
      throw BoostingError(.corruptModel, "num_class \(classCount) is out of range")
    }
    let objective = try objective()
    let classes = objective == .multiclass ? classCount : 1
    guard classes >= 1 else { throw BoostingError(.corruptModel, "a multiclass model needs num_class") }
    var names = learner["feature_names"] as? [String] ?? []
    if names.isEmpty { names = (0..<features).map { "f\($0)" } }
    guard names.count == features else {
      throw BoostingError(.corruptModel, "\(names.count) feature names for \(features) features")
    }
    let booster = try object(learner, "gradient_booster")
    let name = booster["name"] as? String ?? "?"
    guard name == "gbtree" || name == "dart" else {
      throw BoostingError(.notExpressible, "booster '\(name)' is not supported; gbtree and dart are")
    }
    let body = try object(name == "dart" ? try object(booster, "gbtree") : booster, "model")
    guard let list = body["trees"] as? [[String: Any]], let info = body["tree_info"] as? [Int], info.count == list.count
    else { throw BoostingError(.corruptModel, "trees and tree_info are missing or of different lengths") }
    guard info.enumerated().allSatisfy({ $1 == $0 % classes }), list.count % classes == 0 else {
      throw BoostingError(.notExpressible, "the trees do not go through the classes in turn")
    }
    var trees: [Tree] = []
    for (number, fields) in list.enumerated() {
      trees.append(try XGBoostTree(fields, number: number, features: features).tree())
    }
    if name == "dart" { try weigh(&trees, booster["weight_drop"]) }
    var model = BoostingModel(
      objective: objective, numClass: classes, featureNames: names,
      baseScores: try baseScores(parameters["base_score"], objective, classes), trees: trees,
      featureRanges: [ClosedRange<Double>?](repeating: nil, count: features))
    model.objectiveParameter = try objectiveParameter(objective)
    return model
  }

  /// Multiplies trees by the weights that DART has given them.
  private func weigh(_ trees: inout [Tree], _ list: Any?) throws(BoostingError) {
    guard let numbers = list as? [NSNumber], numbers.count == trees.count else {
      throw BoostingError(.corruptModel, "weight_drop is missing or not one number a tree")
    }
    for (index, number) in numbers.enumerated() {
      guard number.doubleValue.isFinite else { throw BoostingError(.corruptModel, "weight_drop \(number)") }
      trees[index].scale(by: Double(number.floatValue))
      trees[index].roundToSingle()
    }
  }

  /// The parameter of the loss, where the file has one.
  private func objectiveParameter(_ objective: BoostingOptions.Objective) throws(BoostingError) -> Double? {
    let places: [BoostingOptions.Objective: (String, String)] = [
      .poisson: ("poisson_regression_param", "max_delta_step"),
      .tweedie: ("tweedie_regression_param", "tweedie_variance_power"),
      .pseudoHuber: ("pseudo_huber_param", "huber_slope"), .quantile: ("quantile_loss_param", "quantile_alpha"),
    ]
    guard let (group, name) = places[objective],
      let text = (try object(learner, "objective")[group] as? [String: Any])?[name] as? String
    else { return nil }
    guard let value = Float(text.filter { !"[]".contains($0) }), value.isFinite else {
      throw BoostingError(.corruptModel, "\(name) '\(text)' is not a number")
    }
    return Double(value)
  }

  private func objective() throws(BoostingError) -> BoostingOptions.Objective {
    let name = try object(learner, "objective")["name"] as? String ?? ""
    switch name {
    case "binary:logistic": return .binary
    case "reg:squarederror", "reg:linear": return .regression
    case "multi:softprob", "multi:softmax": return .multiclass
    case "reg:absoluteerror": return .absoluteError
    case "reg:quantileerror": return .quantile
    case "reg:logistic": return .crossEntropy
    case "count:poisson": return .poisson
    case "reg:gamma": return .gamma
    case "reg:tweedie": return .tweedie
    case "reg:pseudohubererror": return .pseudoHuber
    default:
      throw BoostingError(
        .notExpressible,
        "objective '\(name)' is not supported; binary:logistic, count:poisson, reg:gamma, reg:tweedie, "
          + "reg:squarederror, reg:pseudohubererror and multi:softprob are")
    }
  }

  /// Reads both spellings, `5E-1` and `[5E-1]`, and turns output space into margins.
  private func baseScores(
    _ field: Any?, _ objective: BoostingOptions.Objective, _ classes: Int
  ) throws(BoostingError) -> [Double] {
    let text = (field as? String ?? "").filter { !"[] ".contains($0) }
    var values: [Double] = []
    for part in text.split(separator: ",") {
      guard let value = Float(part), value.isFinite else {
        throw BoostingError(.corruptModel, "base_score '\(text)' is not a number or a list of numbers")
      }
      values.append(Double(value))
    }
    guard values.count == 1 || values.count == classes else {
      throw BoostingError(.corruptModel, "base_score has \(values.count) values for \(classes) scores")
    }
    if values.count < classes { values = [Double](repeating: values[0], count: classes) }
    if objective.link == .exponential {
      guard values[0] > 0 else {
        throw BoostingError(.corruptModel, "base_score is \(values[0]); \(objective.rawValue) needs one above 0")
      }
      return values.map { Double(Float(log($0))) }
    }
    guard objective.link == .logistic else { return values }
    let share = min(max(values[0], 1e-6), 1 - 1e-6)
    return [Double(Float(log(share / (1 - share))))]
  }

  private func object(_ container: [String: Any], _ key: String) throws(BoostingError) -> [String: Any] {
    guard let value = container[key] as? [String: Any] else {
      throw BoostingError(.corruptModel, "the XGBoost model has no object '\(key)'")
    }
    return value
  }
}

/// The node arrays of one tree and their conversion to internal nodes and leaves.
private struct XGBoostTree {
  private let number: Int
  private let left: [Int]
  private let right: [Int]
  private let feature: [Int]
  private let condition: [Double]
  private let defaultLeft: [Bool]
  private let gain: [Double]
  private let hessian: [Double]
  private let weight: [Double]
  /// The categories that go right, by node.
  private let sets: [Int: [Int32]]

  init(_ fields: [String: Any], number: Int, features: Int) throws(BoostingError) {
    self.number = number
    func numbers(_ key: String) throws(BoostingError) -> [NSNumber] {
      guard let values = fields[key] as? [NSNumber] else {
        throw BoostingError(.corruptModel, "tree \(number) of the XGBoost model has no array '\(key)'")
      }
      return values
    }
    left = try numbers("left_children").map(\.intValue)
    right = try numbers("right_children").map(\.intValue)
    feature = try numbers("split_indices").map(\.intValue)
    condition = try numbers("split_conditions").map(\.doubleValue)
    defaultLeft = try numbers("default_left").map { $0.intValue != 0 }
    gain = try numbers("loss_changes").map(\.doubleValue)
    hessian = try numbers("sum_hessian").map(\.doubleValue)
    weight = try numbers("base_weights").map(\.doubleValue)
    let count = left.count
    let lengths = [
      right.count, feature.count, condition.count, defaultLeft.count, gain.count, hessian.count, weight.count,
    ]
    guard count > 0, lengths.allSatisfy({ $0 == count }) else {
      throw BoostingError(.corruptModel, "the arrays of tree \(number) are empty or of different lengths")
    }
    sets = try Self.sets(fields, number: number, count: count)
    let isInner = left.map { $0 >= 0 }
    guard (0..<count).allSatisfy({ !isInner[$0] || (feature[$0] >= 0 && feature[$0] < features) }) else {
      throw BoostingError(.corruptModel, "tree \(number) splits on a feature outside 0..<\(features)")
    }
  }

  /// Reads the lists of categories of the nodes whose `split_type` is 1.
  private static func sets(_ fields: [String: Any], number: Int, count: Int) throws(BoostingError) -> [Int: [Int32]] {
    guard let types = fields["split_type"] as? [NSNumber], types.contains(where: { $0.intValue != 0 }) else {
      return [:]
    }
    func list(_ key: String) throws(BoostingError) -> [Int] {
      guard let values = fields[key] as? [NSNumber] else {
        throw BoostingError(.corruptModel, "tree \(number) of the XGBoost model has no array '\(key)'")
      }
      return values.map(\.intValue)
    }
    let (nodes, starts) = (try list("categories_nodes"), try list("categories_segments"))
    let (sizes, categories) = (try list("categories_sizes"), try list("categories"))
    let ofType = types.indices.filter { types[$0].intValue == 1 }
    guard types.count == count, types.allSatisfy({ 0...1 ~= $0.intValue }), nodes.sorted() == ofType,
      starts.count == nodes.count, sizes.count == nodes.count,
      zip(starts, sizes).allSatisfy({ $0 >= 0 && $1 >= 0 && $0 <= categories.count && $1 <= categories.count - $0 }),
      categories.allSatisfy({ 0...CategoricalBins.largest ~= $0 })
    else { throw BoostingError(.corruptModel, "the categories of tree \(number) do not fit its nodes") }
    // A set takes a bit for every number up to its largest category.
    let bits = starts.indices.reduce(0) { total, place in
      total + (categories[starts[place]..<starts[place] + sizes[place]].max() ?? 0)
    }
    guard bits <= 1 << 31 else {
      throw BoostingError(.notExpressible, "the categories of tree \(number) are too large numbers for its sets")
    }
    var result: [Int: [Int32]] = [:]
    for (place, node) in nodes.enumerated() {
      result[node] = categories[starts[place]..<starts[place] + sizes[place]].map { Int32($0) }
    }
    return result
  }

  func tree() throws(BoostingError) -> Tree {
    var tree = Tree(constant: 0)
    (tree.leafValue, tree.leafWeight, tree.leafCount) = ([], [], [])
    var isSeen = [Bool](repeating: false, count: left.count)
    // Depth first; a node takes its number when it is met, and its parent is told then.
    var stack: [(node: Int, parent: Int, isLeft: Bool)] = [(0, -1, true)]
    while let (node, parent, isLeft) = stack.popLast() {
      guard node >= 0, node < left.count, !isSeen[node] else {
        throw BoostingError(
          .corruptModel, "a child in tree \(number) points to node \(node), which does not exist or has another parent")
      }
      isSeen[node] = true
      let place = left[node] < 0 ? ~Int32(tree.leafValue.count) : Int32(tree.splitFeature.count)
      if parent >= 0 {
        if isLeft { tree.left[parent] = place } else { tree.right[parent] = place }
      }
      if left[node] < 0 {
        tree.leafValue.append(Double(Float(condition[node])))
        tree.leafWeight.append(hessian[node])
        tree.leafCount.append(0)
        continue
      }
      let own = tree.splitFeature.count
      tree.splitFeature.append(Int32(feature[node]))
      tree.threshold.append(sets[node] != nil ? 0 : XGBoostCuts.largestDouble(below: Float(condition[node])))
      if !sets.isEmpty {
        tree.categories.append(sets[node].map { CategorySet($0, membersGoLeft: false) })
      }
      tree.missing.append(.nan)
      tree.defaultLeft.append(defaultLeft[node])
      tree.left.append(0)
      tree.right.append(0)
      tree.gain.append(gain[node])
      tree.internalValue.append(weight[node])
      tree.internalWeight.append(hessian[node])
      tree.internalCount.append(0)
      stack.append((right[node], own, false))
      stack.append((left[node], own, true))
    }
    if let flaw = tree.structureFlaw { throw BoostingError(.corruptModel, "tree \(number): \(flaw)") }
    guard tree.leafValue.allSatisfy(\.isFinite) else {
      throw BoostingError(.corruptModel, "tree \(number) has a leaf value that is not finite")
    }
    return tree
  }
}
