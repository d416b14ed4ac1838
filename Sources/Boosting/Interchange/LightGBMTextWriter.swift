/// Writes a model as LightGBM text, version 4, which the original reads with the same predictions.
struct LightGBMTextWriter {
  let model: BoostingModel

  func text() -> String {
    let trees = foldedTrees()
    let blocks = trees.enumerated().map { block(number: $0, $1) }
    var header = "tree\nversion=v4\nnum_class=\(model.scoresPerRow)\nnum_tree_per_iteration=\(model.scoresPerRow)\n"
    header += "label_index=0\nmax_feature_idx=\(model.featureNames.count - 1)\nobjective=\(objective)\n"
    if model.averagesTrees { header += "average_output\n" }
    header += "feature_names=\(names.joined(separator: " "))\n"
    header += "feature_infos=\(model.featureRanges.map(info).joined(separator: " "))\n"
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

  private func block(number: Int, _ tree: Tree) -> String {
    var lines = ["Tree=\(number)", "num_leaves=\(tree.leafValue.count)", "num_cat=0"]
    func add(_ key: String, _ values: [some CustomStringConvertible]) {
      lines.append("\(key)=\(values.map(\.description).joined(separator: " "))")
    }
    if !tree.splitFeature.isEmpty {
      add("split_feature", tree.splitFeature)
      add("split_gain", tree.gain.map { Float($0) })
      add("threshold", tree.threshold)
      add("decision_type", zip(tree.missing, tree.defaultLeft).map { Int($0.rawValue) << 2 | ($1 ? 2 : 0) })
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
    lines += ["is_linear=0", "shrinkage=\(tree.shrinkage)", "", "", ""]
    return lines.joined(separator: "\n")
  }
}
