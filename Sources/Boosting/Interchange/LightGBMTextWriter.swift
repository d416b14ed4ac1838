/// Writes a model as LightGBM text, version 4, which the original reads with the same predictions.
struct LightGBMTextWriter {
  let model: BoostingModel

  func text() throws(BoostingError) -> String {
    var blocks: [String] = []
    for (number, tree) in foldedTrees().enumerated() { blocks.append(try block(number: number, tree)) }
    var header = "tree\nversion=v4\nnum_class=\(model.scoresPerRow)\nnum_tree_per_iteration=\(model.scoresPerRow)\n"
    header += "label_index=0\nmax_feature_idx=\(model.featureNames.count - 1)\nobjective=\(objective)\n"
    if model.averagesTrees { header += "average_output\n" }
    header += "feature_names=\(names.joined(separator: " "))\n"
    let infos = model.featureRanges.enumerated().map { feature, range in
      model.featureCategories[feature].map { "-1:" + $0.map(String.init).joined(separator: ":") } ?? info(range)
    }
    header += "feature_infos=\(infos.joined(separator: " "))\n"
    header += "tree_sizes=\(blocks.map { String($0.utf8.count) }.joined(separator: " "))\n\n"
    return header + blocks.joined() + "end of trees\n\nfeature_importances:\n" + importances
      + "\nparameters:\n[boosting: \(model.averagesTrees ? "rf" : "gbdt")]\n[objective: \(objective.split(separator: " ")[0])]\nend of parameters\n"
  }

  /// LightGBM's wrappers put underscores for blanks, which separate names in the file.
  private var names: [String] {
    model.featureNames.map { $0.split(whereSeparator: \.isWhitespace).joined(separator: "_") }
  }

  private var objective: String {
    switch model.objective {
    case .binary: "binary sigmoid:1"
    case .multiclass: "multiclass num_class:\(model.scoresPerRow)"
    case .multiclassOVA: "multiclassova num_class:\(model.scoresPerRow) sigmoid:1"
    // LightGBM's word for a loss that it does not know: it predicts the score itself, as these do.
    default: model.objective.lightGBMName ?? "custom"
    }
  }

  /// The format has no intercept: it stands in the values of the first tree of each class.
  private func foldedTrees() -> [Tree] {
    var trees = model.trees
    guard model.baseScores.contains(where: { $0 != 0 }) else { return trees }
    if trees.isEmpty { return model.baseScores.map { Tree(constant: $0) } }
    for (index, base) in model.baseScores.enumerated() where base != 0 {
      trees[index].add(base)
      trees[index].shrinkage = 1
    }
    return trees
  }

  private func info(_ range: ClosedRange<Double>?) -> String {
    range.map { "[\($0.lowerBound):\($0.upperBound)]" } ?? "none"
  }

  private var importances: String {
    let counts = zip(names, model.importance(.split)).filter { $0.1 > 0 }
    let order = counts.enumerated().sorted { ($1.element.1, $0.offset) < ($0.element.1, $1.offset) }
    return order.map { "\($0.element.0)=\(Int($0.element.1))\n" }.joined()
  }

  private func block(number: Int, _ tree: Tree) throws(BoostingError) -> String {
    let sets = try sets(of: tree, number: number)
    var lines = ["Tree=\(number)", "num_leaves=\(tree.leafValue.count)", "num_cat=\(sets.count)"]
    func add(_ key: String, _ values: [some CustomStringConvertible]) {
      lines.append("\(key)=\(values.map(\.description).joined(separator: " "))")
    }
    if !tree.splitFeature.isEmpty {
      add("split_feature", tree.splitFeature)
      add("split_gain", tree.gain.map { Float($0) })
      var next = 0
      add(
        "threshold",
        tree.threshold.indices.map { node -> String in
          guard tree.categorySet(node) != nil else { return tree.threshold[node].description }
          next += 1
          return String(next - 1)
        })
      add(
        "decision_type",
        tree.splitFeature.indices.map { node in
          let missing = Int(tree.missing[node].rawValue) << 2
          return tree.categorySet(node) != nil ? missing | 1 : missing | (tree.defaultLeft[node] ? 2 : 0)
        })
      add("left_child", tree.left)
      add("right_child", tree.right)
    }
    add("leaf_value", tree.leafValue)
    if !tree.splitFeature.isEmpty {
      add("leaf_weight", tree.leafWeight)
      add("leaf_count", tree.leafCount)
      add("internal_value", tree.internalValue)
      add("internal_weight", tree.internalWeight)
      add("internal_count", tree.internalCount)
    }
    if !sets.isEmpty {
      add("cat_boundaries", sets.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) })
      add("cat_threshold", sets.flatMap { $0 })
    }
    lines.append("is_linear=\(tree.linear == nil ? 0 : 1)")
    if let leaves = tree.linear?.leaves {
      add("leaf_const", leaves.map(\.constant))
      add("num_features", leaves.map(\.features.count))
      // A blank after every number, and one more after every leaf.
      func lists(_ list: (LinearLeaves.Leaf) -> [String]) -> String {
        leaves.map { list($0).map { $0 + " " }.joined() + " " }.joined()
      }
      lines.append("leaf_features=" + lists { $0.features.map(\.description) })
      lines.append("leaf_coeff=" + lists { $0.coefficients.map(\.description) })
    }
    lines += ["shrinkage=\(tree.shrinkage)", "", "", ""]
    return lines.joined(separator: "\n")
  }

  /// The words of a tree's sets of categories, which go left here.
  ///
  /// A set that goes right in XGBoost's models is turned round over the categories that are known; those that are not go
  /// left there and right here.
  private func sets(of tree: Tree, number: Int) throws(BoostingError) -> [[UInt32]] {
    var result: [[UInt32]] = []
    for node in tree.splitFeature.indices {
      guard let set = tree.categorySet(node) else { continue }
      if tree.defaultLeft[node] {
        throw BoostingError(
          .notExpressible,
          "tree \(number) sends missing values of a category to the left, which LightGBM's format cannot say")
      }
      if set.membersGoLeft {
        // LightGBM refuses a set without words.
        result.append(set.words.isEmpty ? [0] : set.words)
      } else {
        let known = model.knownCategories[Int(tree.splitFeature[node])] ?? []
        result.append(CategorySet(known.filter { !set.contains($0) }, membersGoLeft: true).words)
        if result[result.count - 1].isEmpty { result[result.count - 1] = [0] }
      }
    }
    return result
  }
}

extension BoostingModel {
  /// The categories of each feature as far as the model knows them: those it was trained on, and those of its splits.
  var knownCategories: [Int: Set<Int32>] {
    var known = featureCategories.mapValues { Set($0) }
    for tree in trees {
      for node in tree.splitFeature.indices {
        if let set = tree.categorySet(node) { known[Int(tree.splitFeature[node]), default: []].formUnion(set.members) }
      }
    }
    return known
  }
}
