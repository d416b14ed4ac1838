/// A finished tree: parallel arrays of internal nodes and leaves, in LightGBM's form.
///
/// Internal node i is the i-th split; a child is an internal node if it is at least 0, else leaf `~child`. A row goes left
/// where `value <= threshold`.
package struct Tree: Sendable, Hashable {
  /// What a node does with a missing value.
  package enum Missing: Int8, Sendable, Hashable {
    /// NaN counts as 0.0.
    case none = 0
    /// NaN and values around zero take the default direction.
    case zero = 1
    /// NaN takes the default direction.
    case nan = 2
  }

  package var splitFeature: [Int32] = []
  package var threshold: [Double] = []
  var missing: [Missing] = []
  package var defaultLeft: [Bool] = []
  package var left: [Int32] = []
  package var right: [Int32] = []
  /// The categories of nodes that part categories; nil of others, and empty where no node does.
  package var categories: [CategorySet?] = []
  package var gain: [Double] = []
  var internalValue: [Double] = []
  var internalWeight: [Double] = []
  var internalCount: [Int] = []
  package var leafValue: [Double]
  /// Linear functions of the leaves, beside their values; nil where these are all.
  package var linear: LinearLeaves?
  var leafWeight: [Double]
  package var leafCount: [Int]
  /// The shrinkage that the values have been multiplied by; for information.
  var shrinkage = 1.0

  /// Makes a tree of one leaf.
  init(constant: Double, weight: Double = 0, count: Int = 0) {
    leafValue = [constant]
    leafWeight = [weight]
    leafCount = [count]
  }

  var leafCountTotal: Int { leafValue.count }

  /// Multiplies every value.
  mutating func scale(by factor: Double) {
    for index in leafValue.indices { leafValue[index] *= factor }
    linear?.scale(by: factor)
    for index in internalValue.indices { internalValue[index] *= factor }
  }

  /// Rounds the values of leaves to single precision, which is all that XGBoost's files hold.
  mutating func roundToSingle() {
    for leaf in leafValue.indices { leafValue[leaf] = Double(Float(leafValue[leaf])) }
  }

  /// Adds a constant to every value: how an intercept is folded into a tree.
  mutating func add(_ constant: Double) {
    for index in leafValue.indices { leafValue[index] += constant }
    linear?.add(constant)
    for index in internalValue.indices { internalValue[index] += constant }
  }

  /// What a row that has reached a leaf adds to its score.
  package func value(ofLeaf leaf: Int, _ row: (Int) -> Double) -> Double {
    linear?.leaves[leaf].value(row) ?? leafValue[leaf]
  }

  /// Features of the splits above each leaf.
  var paths: [[Int32]] {
    var paths = [[Int32]](repeating: [], count: leafValue.count)
    func walk(_ place: Int32, _ path: [Int32]) {
      guard place >= 0 else {
        paths[Int(~place)] = path
        return
      }
      let below = path + [splitFeature[Int(place)]]
      walk(left[Int(place)], below)
      walk(right[Int(place)], below)
    }
    walk(splitFeature.isEmpty ? ~0 : 0, [])
    return paths
  }

  /// The leaf that a row reaches; the naive twin of ``Forest``.
  package func leaf(of row: (Int) -> Double) -> Int {
    guard !splitFeature.isEmpty else { return 0 }
    var node = 0
    while true {
      let next = goesLeft(node, row(Int(splitFeature[node]))) ? left[node] : right[node]
      if next < 0 { return Int(~next) }
      node = Int(next)
    }
  }

  /// The categories that a node parts; nil where it compares numbers.
  func categorySet(_ node: Int) -> CategorySet? { categories.isEmpty ? nil : categories[node] }

  func goesLeft(_ node: Int, _ value: Double) -> Bool {
    if let set = categorySet(node) { return value.isNaN ? defaultLeft[node] : set.goesLeft(value) }
    switch missing[node] {
    case .none: return (value.isNaN ? 0 : value) <= threshold[node]
    case .nan: return value.isNaN ? defaultLeft[node] : value <= threshold[node]
    case .zero:
      let isMissing = value.isNaN || abs(value) <= LightGBMBins.zeroThreshold
      return isMissing ? defaultLeft[node] : value <= threshold[node]
    }
  }
}
