import Boosting
import CKernels
import Compute
import Foundation
import Testing

@Suite("one row through many trees") struct WalkTests {
  /// LightGBM's text of trees with random splits, whose nodes treat missing values in every way.
  private static func text(
    trees: Int, leaves: Int, features: Int, thresholds: Int, classes: Int = 1, _ random: inout RandomStream
  ) -> String {
    var text = "tree\nversion=v4\nnum_class=\(classes)\nnum_tree_per_iteration=\(classes)\nlabel_index=0\n"
    text += "max_feature_idx=\(features - 1)\n"
    text += classes > 1 ? "objective=multiclass num_class:\(classes)\n" : "objective=regression\n"
    text += "feature_names=\((0..<features).map { "f\($0)" }.joined(separator: " "))\n"
    text += "feature_infos=\([String](repeating: "[-9:9]", count: features).joined(separator: " "))\n\n"
    for tree in 0..<trees {
      var (left, right): ([Int], [Int]) = ([], [])
      for node in 0..<leaves - 1 {
        // Splits one of the leaves so far, which keeps its number as the left child.
        let leaf = random.index(below: node + 1)
        for above in 0..<node {
          if left[above] == ~leaf { left[above] = node }
          if right[above] == ~leaf { right[above] = node }
        }
        left.append(~leaf)
        right.append(~(node + 1))
      }
      func list<T>(_ make: () -> T) -> String { (1..<leaves).map { _ in "\(make())" }.joined(separator: " ") }
      text += "Tree=\(tree)\nnum_leaves=\(leaves)\nnum_cat=0\n"
      text += "split_feature=\(list { random.index(below: features) })\nsplit_gain=\(list { 1 })\n"
      text +=
        "threshold=\(list { Double(random.index(below: thresholds) - thresholds / 2) * 2 / Double(thresholds) })\n"
      text += "decision_type=\(list { [0, 2, 4, 6, 8, 10][random.index(below: 6)] })\n"
      text += "left_child=\(left.map { "\($0)" }.joined(separator: " "))\n"
      text += "right_child=\(right.map { "\($0)" }.joined(separator: " "))\n"
      text += "leaf_value=\((0..<leaves).map { _ in "\(random.normal())" }.joined(separator: " "))\n"
      text += "leaf_weight=\((0..<leaves).map { _ in "1" }.joined(separator: " "))\n"
      text += "leaf_count=\((0..<leaves).map { _ in "1" }.joined(separator: " "))\n"
      text += "internal_value=\(list { 0 })\ninternal_weight=\(list { 1 })\ninternal_count=\(list { 1 })\n"
      text += "is_linear=0\nshrinkage=1\n\n\n"
    }
    return text + "end of trees\n"
  }

  @Test(
    "tables have the scores of their rows, in single and in double precision, whatever is missing",
    arguments: [(leaves: 31, classes: 1), (63, 1), (64, 3), (20, 3)])
  func tables(leaves: Int, classes: Int) throws {
    var random = RandomStream(seed: 92)
    let features = 12
    var text = Self.text(
      trees: 30 * classes, leaves: leaves, features: features, thresholds: 50, classes: classes, &random)
    // Zero as missing is left to the walk, which the other test has.
    text.replace(try Regex("decision_type=.*")) { match in
      match.output[0].substring.map { $0.replacing(" 4", with: " 0").replacing(" 6", with: " 2") } ?? ""
    }
    let model = try BoostingModel(text: text)
    for rows in [1, 2, 3, 15, 16, 17, 700] {
      for isSingle in [false, true] {
        let table = (0..<rows).map { _ in
          (0..<features).map { _ -> Double in
            switch random.index(below: 8) {
            case 0: return .nan
            // On a threshold, or the next number beside it.
            case 1: return Double(random.index(below: 50) - 25) / 25
            case 2: return (Double(random.index(below: 50) - 25) / 25).nextUp
            default:
              let value = random.normal()
              return isSingle ? Double(Float(value)) : value
            }
          }
        }
        let scores = try model.rawScores(NumericTable(rows: table.flatMap { $0 }, columnCount: features), threads: 1)
        let columns = try NumericTable(columns: (0..<features).map { feature in table.map { $0[feature] } })
        #expect(try model.rawScores(columns, threads: 1) == scores)
        for (row, values) in table.enumerated() {
          let own = try model.rawScores(row: values)
          for index in 0..<classes { #expect(scores[index * rows + row].bitPattern == own[index].bitPattern) }
        }
      }
    }
  }

  @Test("the vectors of every width have the same bits", arguments: [false, true])
  func widths(hasManyLeaves: Bool) {
    var random = RandomStream(seed: 93)
    // One tree: each leaf but the first is split off an earlier one, so stays are prefixes of the leaves.
    let leaves = hasManyLeaves ? 64 : 32
    let splits = (0..<leaves - 1).map { split in
      kernel_split(
        stays: ~(1 << UInt64(split)), threshold: Float(random.normal()), feature: Int32(random.index(below: 5)))
    }
    let thresholds = splits.map { Double($0.threshold) }
    let values = (0..<leaves).map { _ in random.normal() }
    let tree = kernel_tree(
      first_split: 0, missing_left: Int32(leaves / 2), missing_right: Int32(leaves - 1 - leaves / 2), first_leaf: 0,
      leaves: Int32(leaves), score: 0)
    for _ in 0..<100 {
      let singles = (0..<80).map { _ in random.index(below: 6) == 0 ? Float.nan : Float(random.normal()) }
      let doubles = singles.map { Double($0) }
      // The twin: the first leaf that no test has ruled out.
      let expected = (0..<16).map { row -> Double in
        var stays = UInt64.max
        for (place, split) in splits.enumerated() {
          let value = singles[Int(split.feature) * 16 + row]
          let goesRight = place < leaves / 2 ? value > split.threshold : !(value <= split.threshold)
          if goesRight { stays &= split.stays }
        }
        return 1 + values[stays.trailingZeroBitCount]
      }
      for width in [Int32(0), 256, 512]
      where width == 0 || (width == 256 ? kernel_has_avx2() : kernel_has_vectors()) != 0 {
        var (own, double) = ([Double](repeating: 1, count: 16), [Double](repeating: 1, count: 16))
        kernel_score_rows(singles, [tree], 1, splits, values, &own, width)
        kernel_score_double_rows(doubles, [tree], 1, splits, thresholds, values, &double, width)
        #expect(own == expected && double == expected, "\(width)")
      }
    }
  }

  @Test(
    "has the bits of the walk from node to node, whatever is missing",
    arguments: [
      // Narrow nodes, with few and with many bounds; wide ones for their bounds, for their slots, and for large trees.
      (trees: 1, leaves: 2, features: 1, thresholds: 2), (100, 31, 20, 40), (70, 63, 5, 240), (60, 31, 2, 4000),
      (200, 20, 300, 30), (9, 9000, 50, 100),
    ])
  func equalsWalk(trees: Int, leaves: Int, features: Int, thresholds: Int) throws {
    var random = RandomStream(seed: 91)
    let model = try BoostingModel(
      text: Self.text(trees: trees, leaves: leaves, features: features, thresholds: thresholds, &random))
    var scores = [0.0]
    for _ in 0..<200 {
      let row = (0..<features).map { _ in
        switch random.index(below: 8) {
        case 0: Double.nan
        case 1: 0.0
        case 2: [-0.0, 1e-36, -1e-36, .infinity, -.infinity][random.index(below: 5)]
        // On a bound.
        case 3: Double(random.index(below: thresholds) - thresholds / 2) * 2 / Double(thresholds)
        default: random.normal()
        }
      }
      try model.rawScores(row: row, into: &scores)
      #expect(scores[0] == model.trees.reduce(0) { $0 + $1.leafValue[$1.leaf { row[$0] }] })
    }
  }

  @Test("of several classes, each has the sum of its own trees")
  func classes() throws {
    var random = RandomStream(seed: 92)
    let model = try BoostingModel(
      text: Self.text(trees: 99, leaves: 20, features: 6, thresholds: 50, classes: 3, &random))
    var scores = [0.0, 0, 0]
    for _ in 0..<100 {
      let row = (0..<6).map { _ in random.normal() }
      try model.rawScores(row: row, into: &scores)
      for index in 0..<3 {
        let own = stride(from: index, to: 99, by: 3).map { model.trees[$0] }
        #expect(scores[index] == own.reduce(0) { $0 + $1.leafValue[$1.leaf { row[$0] }] })
      }
    }
  }

  @Test("of as many bounds as a byte counts, or one more, infinite ones among them", arguments: [254, 255, 256, 257])
  func manyBounds(count: Int) throws {
    var random = RandomStream(seed: 93)
    var text = Self.text(trees: count, leaves: 2, features: 1, thresholds: 2, &random)
    // Each stump has a threshold of its own: all whole numbers from 0 on, the first and the last infinite.
    for number in 0..<count {
      let bound = number == 0 ? "-inf" : number == count - 1 ? "inf" : "\(number)"
      let place = text.range(of: "threshold=", range: text.range(of: "Tree=\(number)\n")!.upperBound..<text.endIndex)!
      let end = text[place.upperBound...].firstIndex(of: "\n")!
      text.replaceSubrange(place.upperBound..<end, with: bound)
    }
    let model = try BoostingModel(text: text)
    #expect(Set(model.trees.flatMap(\.threshold)).count == count)
    var scores = [0.0]
    for value in (-1...2 * count + 1).map({ Double($0) / 2 }) + [.infinity, -.infinity, .nan, -0.0] {
      try model.rawScores(row: [value], into: &scores)
      #expect(scores[0] == model.trees.reduce(0) { $0 + $1.leafValue[$1.leaf { _ in value }] })
    }
  }
}
