/// Shares of every feature in a tree's prediction: exact Shapley values by the trees' own covers.
///
/// Source: Lundberg et al., "Consistent Individualized Feature Attribution for Tree Ensembles" (2018), algorithm 2, as
/// LightGBM and XGBoost compute them. O(leaves · depth²) a row; interactions as many times more as the tree has features.
struct TreeContributions {
  private let tree: Tree
  /// Share of training rows of each node and leaf: by counts, or by hessians where a file has no counts.
  private let nodeCover: [Double]
  private let leafCover: [Double]
  /// The features of its splits, ascending: sums depend on the order to the last bit.
  private let features: [Int]
  /// Mean prediction of the training rows: what the shares and this add up to is the tree's value.
  let expectedValue: Double

  init(_ tree: Tree) {
    self.tree = tree
    features = Set(tree.splitFeature).sorted().map(Int.init)
    let hasCounts = tree.leafCount.allSatisfy { $0 > 0 }
    let leaves = hasCounts ? tree.leafCount.map(Double.init) : tree.leafWeight
    leafCover = leaves
    var nodes = hasCounts ? tree.internalCount.map(Double.init) : tree.internalWeight
    // A node holds what its children hold, whatever the file says: only so do the shares add up.
    for node in tree.splitFeature.indices.reversed() {
      func cover(_ child: Int32) -> Double { child >= 0 ? nodes[Int(child)] : leaves[Int(~child)] }
      nodes[node] = cover(tree.left[node]) + cover(tree.right[node])
    }
    nodeCover = nodes
    let total = leaves.reduce(0, +)
    expectedValue =
      total > 0 ? zip(leaves, tree.leafValue).reduce(0) { $0 + $1.0 / total * $1.1 } : (tree.leafValue.first ?? 0)
  }

  /// A feature on the way from the root, with the shares of rows that go this way without and with knowing it.
  private struct Step {
    var feature: Int32
    var zeroFraction: Double
    var oneFraction: Double
    var weight: Double
  }

  /// A feature that is known, or unknown, from the start, and by how much that thins the rows out on the way to a place.
  private struct Condition {
    let feature: Int32
    let isKnown: Bool
    var fraction = 1.0
  }

  /// Adds the shares for one row to `shares[feature]` and the expected value behind the last feature.
  func add(_ row: (Int) -> Double, to shares: inout [Double]) {
    shares[shares.count - 1] += expectedValue
    add(row, nil, to: &shares)
  }

  private func add(_ row: (Int) -> Double, _ condition: Condition?, to shares: inout [Double]) {
    guard !tree.splitFeature.isEmpty else { return }
    walk(0, [], Step(feature: -1, zeroFraction: 1, oneFraction: 1, weight: 0), condition, row, &shares)
  }

  /// Adds the shares for one row, parted by pairs of features, to `shares[feature * (features + 1) + other]`; the expected
  /// value stands at the very end.
  ///
  /// What two features have together is half of what the one gets more where the other is known than where it is unknown;
  /// what a feature has alone is the rest of its share. Source: as above, section 4.
  func addInteractions(_ row: (Int) -> Double, features count: Int, to shares: inout [Double]) {
    let width = count + 1
    var known = [Double](repeating: 0, count: width)
    var unknown = known
    add(row, to: &known)
    shares[width * width - 1] += known[count]
    for feature in features { shares[feature * width + feature] += known[feature] }
    for feature in features {
      for other in features { (known[other], unknown[other]) = (0, 0) }
      add(row, Condition(feature: Int32(feature), isKnown: true), to: &known)
      add(row, Condition(feature: Int32(feature), isKnown: false), to: &unknown)
      for other in features where other != feature {
        let together = (known[other] - unknown[other]) / 2
        shares[other * width + feature] += together
        // Every pair is met from both sides.
        shares[other * width + other] -= together
      }
    }
  }

  private func walk(
    _ place: Int32, _ above: [Step], _ step: Step, _ condition: Condition?, _ row: (Int) -> Double,
    _ shares: inout [Double]
  ) {
    if condition?.fraction == 0 { return }
    var path = step.feature >= 0 && step.feature == condition?.feature ? above : extended(above, step)
    guard place >= 0 else {
      let leaf = Int(~place)
      let fraction = condition?.fraction ?? 1
      deal(tree.leafValue[leaf] * fraction, path, &shares)
      if let linear = tree.linear?.leaves[leaf], let value = linear.value(row) {
        deal((value - tree.leafValue[leaf]) * fraction, linear, path, condition, &shares)
      }
      return
    }
    let node = Int(place)
    let feature = tree.splitFeature[node]
    let isLeft = tree.goesLeft(node, row(Int(feature)))
    let (hot, cold) = isLeft ? (tree.left[node], tree.right[node]) : (tree.right[node], tree.left[node])
    var incoming = (zero: 1.0, one: 1.0)
    if let index = path.firstIndex(where: { $0.feature == feature }) {
      incoming = (path[index].zeroFraction, path[index].oneFraction)
      path = unwound(path, index)
    }
    func share(_ child: Int32) -> Double {
      let cover = child >= 0 ? nodeCover[Int(child)] : leafCover[Int(~child)]
      return nodeCover[node] > 0 ? cover / nodeCover[node] : 0.5
    }
    var (toHot, toCold) = (condition, condition)
    if let condition, condition.feature == feature {
      toHot?.fraction *= condition.isKnown ? 1 : share(hot)
      toCold?.fraction *= condition.isKnown ? 0 : share(cold)
    }
    let hotStep = Step(
      feature: feature, zeroFraction: incoming.zero * share(hot), oneFraction: incoming.one, weight: 0)
    walk(hot, path, hotStep, toHot, row, &shares)
    let coldStep = Step(feature: feature, zeroFraction: incoming.zero * share(cold), oneFraction: 0, weight: 0)
    walk(cold, path, coldStep, toCold, row, &shares)
  }

  /// Shares out a leaf's value.
  private func deal(_ value: Double, _ path: [Step], _ shares: inout [Double]) {
    for index in 1..<max(1, path.count) {
      let weight = unwoundSum(path, index)
      shares[Int(path[index].feature)] += weight * (path[index].oneFraction - path[index].zeroFraction) * value
    }
  }

  /// Shares out by how much a leaf's linear function differs from its value.
  ///
  /// A feature that is not known is as one that is missing, for which the leaf predicts its value: so the difference
  /// counts only once all features of the function are known, which is a way that no row goes without knowing them.
  private func deal(
    _ difference: Double, _ linear: LinearLeaves.Leaf, _ path: [Step], _ condition: Condition?, _ shares: inout [Double]
  ) {
    var needed = Set(linear.features)
    if let condition, needed.remove(condition.feature) != nil, !condition.isKnown { return }
    if needed.isEmpty { shares[shares.count - 1] += reach(path) * difference }
    var own: [Step] = []
    for step in path {
      var step = step
      if needed.contains(step.feature) {
        if step.oneFraction == 0 { return }
        step.zeroFraction = 0
      }
      own = extended(own, step)
    }
    deal(difference, own, &shares)
  }

  /// The share of all rows that reach the end of a path.
  private func reach(_ path: [Step]) -> Double { path.reduce(1) { $0 * $1.zeroFraction } }

  /// The path with one more step; weights count the orders in which features become known.
  private func extended(_ above: [Step], _ step: Step) -> [Step] {
    var path = above
    let depth = path.count
    path.append(step)
    path[depth].weight = depth == 0 ? 1 : 0
    for index in stride(from: depth - 1, through: 0, by: -1) {
      path[index + 1].weight += step.oneFraction * path[index].weight * Double(index + 1) / Double(depth + 1)
      path[index].weight = step.zeroFraction * path[index].weight * Double(depth - index) / Double(depth + 1)
    }
    return path
  }

  /// The path as if a step had never been taken.
  private func unwound(_ path: [Step], _ index: Int) -> [Step] {
    var path = path
    let depth = path.count - 1
    let (one, zero) = (path[index].oneFraction, path[index].zeroFraction)
    var next = path[depth].weight
    for place in stride(from: depth - 1, through: 0, by: -1) {
      if one != 0 {
        let kept = path[place].weight
        path[place].weight = next * Double(depth + 1) / (Double(place + 1) * one)
        next = kept - path[place].weight * zero * Double(depth - place) / Double(depth + 1)
      } else {
        path[place].weight = path[place].weight * Double(depth + 1) / (zero * Double(depth - place))
      }
    }
    for place in index..<depth {
      path[place].feature = path[place + 1].feature
      path[place].zeroFraction = path[place + 1].zeroFraction
      path[place].oneFraction = path[place + 1].oneFraction
    }
    path.removeLast()
    return path
  }

  /// The sum of the weights of the unwound path, without making it.
  private func unwoundSum(_ path: [Step], _ index: Int) -> Double {
    let depth = path.count - 1
    let (one, zero) = (path[index].oneFraction, path[index].zeroFraction)
    var next = path[depth].weight
    var total = 0.0
    for place in stride(from: depth - 1, through: 0, by: -1) {
      if one != 0 {
        let part = next * Double(depth + 1) / (Double(place + 1) * one)
        total += part
        next = path[place].weight - part * zero * Double(depth - place) / Double(depth + 1)
      } else {
        total += path[place].weight / zero / (Double(depth - place) / Double(depth + 1))
      }
    }
    return total
  }
}
