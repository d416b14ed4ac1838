/// Reads LightGBM text models of versions 2 to 4.
///
/// Damaged input gives a ``BoostingError``, never a crash or a wrong model: every array is checked for its length and
/// every child for being visited exactly once.
struct LightGBMTextReader {
  private var header: [Substring: Substring] = [:]
  private var blocks: [[Substring: Substring]] = []

  init(_ text: String) throws(BoostingError) {
    var isHeader = true
    var isOver = false
    for line in text.split(omittingEmptySubsequences: true, whereSeparator: \.isNewline) {
      if line == "end of trees" { isOver = true }
      if isOver { break }
      guard let sign = line.firstIndex(of: "=") else {
        if line == "average_output" { header["average_output"] = "1" }
        continue
      }
      let key = line[..<sign]
      let value = line[line.index(after: sign)...]
      if key == "Tree" {
        isHeader = false
        blocks.append([:])
      } else if isHeader {
        header[key] = value
      } else {
        blocks[blocks.count - 1][key] = value
      }
    }
    // Files of LightGBM 2 need not have the line; those of later ones do, even without trees.
    if !isOver, header["tree_sizes"] != nil || header["version"].map({ $0 >= "v3" }) ?? false {
      throw BoostingError(.corruptModel, "the LightGBM model ends before 'end of trees': the file is cut off")
    }
  }

  func model() throws(BoostingError) -> BoostingModel {
    let features = try headerNumber("max_feature_idx") + 1
    let perRow = try headerNumber("num_tree_per_iteration", default: 1)
    let names = try headerField("feature_names").split(separator: " ").map(String.init)
    guard features > 0, names.count == features else {
      throw BoostingError(.corruptModel, "the model names \(names.count) features and says it has \(features)")
    }
    let (objective, classes) = try objective()
    guard perRow == (objective.isMulticlass || objective == .custom ? classes : 1) else {
      throw BoostingError(.corruptModel, "num_tree_per_iteration is \(perRow) for \(classes) classes")
    }
    if let sizes = header["tree_sizes"], sizes.split(separator: " ").count != blocks.count {
      throw BoostingError(
        .corruptModel, "tree_sizes lists \(sizes.split(separator: " ").count) trees; the file holds \(blocks.count)")
    }
    var trees: [Tree] = []
    for (number, block) in blocks.enumerated() {
      trees.append(try TreeFields(block, number: number).tree(features: features))
    }
    guard trees.count % perRow == 0 else {
      throw BoostingError(.corruptModel, "\(trees.count) trees do not make whole rounds of \(perRow)")
    }
    var model = BoostingModel(
      objective: objective, numClass: classes, featureNames: names,
      baseScores: [Double](repeating: 0, count: perRow), trees: trees, featureRanges: try ranges(features),
      averagesTrees: header["average_output"] != nil)
    model.featureCategories = try categories(features)
    return model
  }

  /// The categories of features whose information is a list such as `-1:2:0:5`, of which −1 is the bin of all others.
  private func categories(_ features: Int) throws(BoostingError) -> [Int: [Int32]] {
    var result: [Int: [Int32]] = [:]
    for (feature, info) in try headerField("feature_infos").split(separator: " ").enumerated() {
      guard !info.hasPrefix("["), info != "none" else { continue }
      var list: [Int32] = []
      for word in info.split(separator: ":") {
        guard let category = Int32(word), -1...Int32(CategoricalBins.largest) ~= category else {
          throw BoostingError(.corruptModel, "'\(word)' in feature_infos is no category")
        }
        if category >= 0 { list.append(category) }
      }
      if !list.isEmpty { result[feature] = list }
    }
    return result
  }

  private func objective() throws(BoostingError) -> (BoostingOptions.Objective, Int) {
    // LightGBM writes no objective where it was a function; with one score a row that is read as regression, which
    // predicts the same.
    let hasOneScore = (header["num_class"] ?? "1") == "1"
    let words = (header["objective"] ?? (hasOneScore ? "regression" : "custom")).split(separator: " ")
    var parameters: [Substring: Substring] = [:]
    for word in words.dropFirst() {
      let parts = word.split(separator: ":", maxSplits: 1)
      if parts.count == 2 { parameters[parts[0]] = parts[1] }
    }
    switch words.first {
    case "binary":
      guard let sigmoid = Double(parameters["sigmoid"] ?? "1"), sigmoid == 1 else {
        throw BoostingError(.notExpressible, "a binary model with another sigmoid than 1 is not supported")
      }
      return (.binary, 1)
    case "regression" where words.count > 1:
      throw BoostingError(.notExpressible, "objective '\(words.joined(separator: " "))' is not supported")
    case "multiclass", "multiclassova":
      guard words.first == "multiclass" || Double(parameters["sigmoid"] ?? "1") == 1 else {
        throw BoostingError(.notExpressible, "a one-versus-all model with another sigmoid than 1 is not supported")
      }
      guard let classes = Int(parameters["num_class"] ?? header["num_class"] ?? ""), 2...100_000 ~= classes else {
        throw BoostingError(.corruptModel, "a multiclass model needs num_class of at least 2")
      }
      return (words.first == "multiclass" ? .multiclass : .multiclassOVA, classes)
    // A loss from outside LightGBM: predictions are the scores.
    case "custom":
      guard let classes = Int(header["num_class"] ?? "1"), 1...100_000 ~= classes else {
        throw BoostingError(.corruptModel, "num_class is not a number of at least 1")
      }
      return (.custom, classes)
    case let name:
      let own = BoostingOptions.Objective.allCases.first { $0.lightGBMName == name.map(String.init) }
      guard let own else {
        let known = BoostingOptions.Objective.allCases.compactMap(\.lightGBMName).joined(separator: ", ")
        throw BoostingError(
          .notExpressible, "objective '\(words.joined(separator: " "))' is not supported; \(known) are")
      }
      return (own, 1)
    }
  }

  private func ranges(_ features: Int) throws(BoostingError) -> [ClosedRange<Double>?] {
    let infos = try headerField("feature_infos").split(separator: " ")
    guard infos.count == features else {
      throw BoostingError(.corruptModel, "feature_infos has \(infos.count) entries for \(features) features")
    }
    return infos.map { info in
      guard info.hasPrefix("["), info.hasSuffix("]") else { return nil }
      let parts = info.dropFirst().dropLast().split(separator: ":")
      guard parts.count == 2, let low = Double(parts[0]), let high = Double(parts[1]), low <= high else { return nil }
      return low...high
    }
  }

  private func headerField(_ key: String) throws(BoostingError) -> Substring {
    guard let value = header[Substring(key)] else {
      throw BoostingError(.corruptModel, "the LightGBM model has no field '\(key)'")
    }
    return value
  }

  private func headerNumber(_ key: String, default standard: Int? = nil) throws(BoostingError) -> Int {
    if let standard, header[Substring(key)] == nil { return standard }
    guard let number = Int(try headerField(key)), 0..<10_000_000 ~= number else {
      throw BoostingError(.corruptModel, "field '\(key)' is not a whole number in range")
    }
    return number
  }
}

/// The fields of one tree block.
private struct TreeFields {
  private let fields: [Substring: Substring]
  private let number: Int

  init(_ fields: [Substring: Substring], number: Int) {
    self.fields = fields
    self.number = number
  }

  func tree(features: Int) throws(BoostingError) -> Tree {
    guard let leaves = Int(fields["num_leaves"] ?? ""), 1...10_000_000 ~= leaves else {
      throw problem("num_leaves is missing or out of range")
    }
    guard let setCount = Int(fields["num_cat"] ?? ""), 0..<max(1, leaves) ~= setCount else {
      throw problem("num_cat is missing or out of range")
    }
    var tree = Tree(constant: 0)
    tree.leafValue = try numbers("leaf_value", count: leaves) { Double($0) }
    guard tree.leafValue.allSatisfy({ !$0.isNaN }) else { throw problem("leaf_value holds a NaN") }
    tree.leafWeight = try numbers("leaf_weight", count: leaves, default: 0) { Double($0) }
    tree.leafCount = try numbers("leaf_count", count: leaves, default: 0) { Int($0) }
    tree.shrinkage = Double(fields["shrinkage"] ?? "1") ?? 1
    if fields["is_linear"] == "1" { tree.linear = try linear(leaves, features) }
    guard leaves > 1 else { return tree }
    let nodes = leaves - 1
    tree.splitFeature = try numbers("split_feature", count: nodes) { Int32($0) }
    tree.threshold = try numbers("threshold", count: nodes) { Double($0) }
    tree.left = try numbers("left_child", count: nodes) { Int32($0) }
    tree.right = try numbers("right_child", count: nodes) { Int32($0) }
    tree.gain = try numbers("split_gain", count: nodes, default: 0) { Double($0) }
    tree.internalValue = try numbers("internal_value", count: nodes, default: 0) { Double($0) }
    tree.internalWeight = try numbers("internal_weight", count: nodes, default: 0) { Double($0) }
    tree.internalCount = try numbers("internal_count", count: nodes, default: 0) { Int($0) }
    var isSet: [Bool] = []
    for type in try numbers("decision_type", count: nodes, default: 0, { Int($0) }) {
      guard 0...15 ~= type, let missing = Tree.Missing(rawValue: Int8(type >> 2)) else {
        throw problem("decision_type \(type) is not one of LightGBM's")
      }
      let isCategorical = type & 1 != 0
      isSet.append(isCategorical)
      tree.missing.append(missing)
      // LightGBM sends what is in no set, NaN among it, to the right.
      tree.defaultLeft.append(!isCategorical && type & 2 != 0)
    }
    if isSet.contains(true) { tree.categories = try sets(setCount, isSet, tree.threshold) }
    guard tree.splitFeature.allSatisfy({ $0 >= 0 && Int($0) < features }) else {
      throw problem("split_feature names a feature outside 0..<\(features)")
    }
    guard tree.threshold.allSatisfy({ !$0.isNaN }) else { throw problem("threshold holds a NaN") }
    if let flaw = tree.structureFlaw { throw problem(flaw) }
    return tree
  }

  private func linear(_ leaves: Int, _ features: Int) throws(BoostingError) -> LinearLeaves {
    let constants = try numbers("leaf_const", count: leaves) { Double($0) }
    let counts = try numbers("num_features", count: leaves) { Int($0) }
    guard counts.allSatisfy({ 0...features ~= $0 }) else { throw problem("num_features is out of range") }
    let total = counts.reduce(0, +)
    // Without features both lines may be missing.
    let numbers = total == 0 ? [] : try numbers("leaf_features", count: total) { Int32($0) }
    let coefficients = total == 0 ? [] : try self.numbers("leaf_coeff", count: total) { Double($0) }
    guard numbers.allSatisfy({ $0 >= 0 && Int($0) < features }) else {
      throw problem("leaf_features names a feature outside 0..<\(features)")
    }
    guard (constants + coefficients).allSatisfy({ !$0.isNaN }) else { throw problem("a linear leaf holds a NaN") }
    var start = 0
    return LinearLeaves(
      leaves: counts.indices.map { leaf in
        defer { start += counts[leaf] }
        let range = start..<start + counts[leaf]
        return LinearLeaves.Leaf(
          constant: constants[leaf], features: Array(numbers[range]), coefficients: Array(coefficients[range]))
      })
  }

  /// The sets of categories of the nodes that have one.
  private func sets(_ count: Int, _ isSet: [Bool], _ threshold: [Double]) throws(BoostingError) -> [CategorySet?] {
    let bounds = try numbers("cat_boundaries", count: count + 1) { Int($0) }
    let longest = CategoricalBins.largest / 32 + 1
    guard bounds.first == 0, let end = bounds.last,
      zip(bounds, bounds.dropFirst()).allSatisfy({ $0 <= $1 && $1 - $0 <= longest })
    else { throw problem("cat_boundaries do not ascend from 0 in steps of at most \(longest)") }
    let words = try numbers("cat_threshold", count: end) { UInt32($0) }
    // Nodes share a set that they name, so a file does not ask for more memory than it has bytes.
    let sets = (0..<count).map { CategorySet(words: Array(words[bounds[$0]..<bounds[$0 + 1]]), membersGoLeft: true) }
    var result: [CategorySet?] = []
    for (node, isSet) in isSet.enumerated() {
      guard isSet else {
        result.append(nil)
        continue
      }
      guard let index = Int(exactly: threshold[node]), 0..<count ~= index else {
        throw problem("node \(node) names the set of categories \(threshold[node]); there are \(count)")
      }
      result.append(sets[index])
    }
    return result
  }

  private func numbers<Number>(
    _ key: String, count: Int, default standard: Number? = nil, _ parse: (Substring) -> Number?
  ) throws(BoostingError) -> [Number] {
    guard let field = fields[Substring(key)] else {
      if let standard { return [Number](repeating: standard, count: count) }
      throw problem("\(key) is missing")
    }
    var result: [Number] = []
    for word in field.split(separator: " ") {
      guard let value = parse(word) else { throw problem("'\(word)' in \(key) is not a number of its kind") }
      result.append(value)
    }
    guard result.count == count else { throw problem("\(key) has \(result.count) values; \(count) are needed") }
    return result
  }

  private func problem(_ what: String) -> BoostingError {
    BoostingError(.corruptModel, "tree \(number) of the LightGBM model: \(what)")
  }
}

extension Tree {
  /// Splits on the longest way down that a file may have: what walks a tree by recursion must not run out of stack.
  static let deepest = 2000

  /// What is wrong with the links between nodes, or nil: every node and leaf must be reached exactly once, on a way that is
  /// not too long.
  var structureFlaw: String? {
    var isNodeSeen = [Bool](repeating: false, count: splitFeature.count)
    var isLeafSeen = [Bool](repeating: false, count: leafValue.count)
    var stack: [(place: Int32, depth: Int)] = [(splitFeature.isEmpty ? ~0 : 0, 0)]
    while let (place, depth) = stack.popLast() {
      if depth > Self.deepest { return "it is deeper than \(Self.deepest) splits" }
      if place >= 0 {
        guard Int(place) < isNodeSeen.count, !isNodeSeen[Int(place)] else {
          return "a child points to node \(place), which does not exist or has another parent"
        }
        isNodeSeen[Int(place)] = true
        stack += [(left[Int(place)], depth + 1), (right[Int(place)], depth + 1)]
      } else {
        guard Int(~place) < isLeafSeen.count, !isLeafSeen[Int(~place)] else {
          return "a child points to leaf \(~place), which does not exist or has another parent"
        }
        isLeafSeen[Int(~place)] = true
      }
    }
    return isNodeSeen.allSatisfy { $0 } && isLeafSeen.allSatisfy { $0 } ? nil : "some nodes cannot be reached"
  }
}
