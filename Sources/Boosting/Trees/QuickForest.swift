internal import CKernels
import Compute

/// Trees for one row at a time: a row becomes the ranks of its values among the bounds that the trees ask for, then eight
/// trees are walked at a time.
///
/// A node takes four bytes, so that usual models stay in the first-level cache: a slot, which is a feature with one way to
/// treat missing values, the rank of its threshold, and the place of its children, side by side. Leaves point to themselves;
/// of every 64 trees those of about the same depth go together, and each group is walked as deep as its deepest, so nothing is
/// guessed. Where a byte cannot count bounds or slots, nodes are twice as wide. Values are added in the order of the trees,
/// so scores have the bits of ``Tree``'s walk.
///
/// `@unchecked Sendable`: C's records of numbers, never changed after `init`. Two of them are equal as far as their trees
/// are, which whoever owns both compares.
struct QuickForest: @unchecked Sendable, Hashable {
  private var slots: [kernel_slot] = []
  /// Bounds of each slot, and every sixteenth of them apart, as `kernel_rank` takes them; only the bounds where nodes are
  /// wide.
  private var bounds: [Double] = []
  private var heads: [Double] = []
  private var headCount = 0
  private var nodes: [kernel_node] = []
  private var wideNodes: [kernel_wide_node] = []
  /// Values of leaves, by node.
  private var values: [Double] = []
  private var groups: [kernel_group] = []
  private let count: Int

  /// Trees that are walked together.
  private static let group = 8
  /// Trees whose values are kept before they are added up.
  private static let chunk = 64

  /// Nil if a tree asks more than whether a value is above a threshold, or there is too much of something.
  init?(_ trees: [Tree]) {
    guard trees.allSatisfy({ $0.categories.isEmpty && $0.linear == nil && !$0.threshold.contains(where: \.isNaN) })
    else { return nil }
    count = trees.count
    let bounds = Self.bounds(of: trees)
    let most = bounds.values.map(\.count).max() ?? 0
    var plan = Plan(bounds: bounds)
    guard plan.add(trees), most < 65_535, plan.slots.count <= 65_536, plan.nodes.count <= Int(UInt32.max) else {
      return nil
    }
    slots = plan.slots.map(\.record)
    (groups, values) = (plan.groups, plan.values)
    if most < 256, slots.count <= 256, plan.largestGroup <= 65_536 {
      headCount = max(1, (most + 63) / 64) * 4
      nodes = plan.nodes.map { kernel_node($0.left) << 16 | kernel_node(min($0.rank, 255)) << 8 | kernel_node($0.slot) }
      for slot in plan.slots { append(bounds[slot.feature] ?? []) }
      for index in slots.indices where slots[index].missing == Plan.aboveAll { slots[index].missing = 255 }
    } else {
      wideNodes = plan.nodes.map { $0.left << 32 | $0.rank << 16 | $0.slot }
      for index in slots.indices {
        let own = bounds[plan.slots[index].feature] ?? []
        (slots[index].first, slots[index].count) = (Int64(self.bounds.count), Int64(own.count))
        self.bounds += own
      }
    }
  }

  /// The thresholds of each feature, ascending, each once.
  private static func bounds(of trees: [Tree]) -> [Int32: [Double]] {
    var bounds: [Int32: Set<Double>] = [:]
    for tree in trees {
      for (feature, threshold) in zip(tree.splitFeature, tree.threshold) {
        bounds[feature, default: []].insert(threshold)
      }
    }
    return bounds.mapValues { $0.sorted() }
  }

  private mutating func append(_ own: [Double]) {
    let padded = own + [Double](repeating: .infinity, count: headCount * 16 - own.count)
    bounds += padded
    heads += (0..<headCount).map { 16 * $0 + 16 < own.count ? padded[16 * $0 + 15] : .infinity }
  }

  static func == (_: QuickForest, _: QuickForest) -> Bool { true }

  func hash(into _: inout Hasher) {}

  /// Adds the trees' values for one row to `scores[class * stride]`.
  ///
  /// O(slots × bounds / 16 + trees × depth), with wide nodes slots × log bounds. Nothing is taken from the heap up to 1,024
  /// bytes of ranks, which is all narrow nodes and 512 slots of wide ones.
  func add(_ row: UnsafePointer<Double>, to scores: UnsafeMutablePointer<Double>, classes: Int, stride: Int) {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: Self.chunk + 1) { found in
      if wideNodes.isEmpty {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: max(1, slots.count)) { ranks in
          let ranks = ranks.baseAddress!
          kernel_rank(row, slots, slots.count, heads, headCount, bounds, ranks, VectorKernels.avx2)
          addUp(found.baseAddress!, to: scores, classes: classes, stride: stride) { groups, count in
            kernel_walk(nodes, values, groups, count, ranks, found.baseAddress!)
          }
        }
      } else {
        withUnsafeTemporaryAllocation(of: UInt16.self, capacity: max(1, slots.count)) { ranks in
          let ranks = ranks.baseAddress!
          kernel_rank_wide(row, slots, slots.count, bounds, ranks)
          addUp(found.baseAddress!, to: scores, classes: classes, stride: stride) { groups, count in
            kernel_walk_wide(wideNodes, values, groups, count, ranks, found.baseAddress!)
          }
        }
      }
    }
  }

  /// Walks chunk after chunk and adds what was found in the order of the trees.
  @inline(__always)
  private func addUp(
    _ found: UnsafeMutablePointer<Double>, to scores: UnsafeMutablePointer<Double>, classes: Int, stride: Int,
    walk: (UnsafePointer<kernel_group>, Int) -> Void
  ) {
    groups.withUnsafeBufferPointer { groups in
      for first in Swift.stride(from: 0, to: count, by: Self.chunk) {
        let size = min(Self.chunk, count &- first)
        walk(groups.baseAddress! + first / Self.group, (size &+ Self.group &- 1) / Self.group)
        if classes == 1 {
          var sum = scores.pointee
          for tree in 0..<size { sum += found[tree] }
          scores.pointee = sum
        } else {
          for tree in 0..<size { scores[(first &+ tree) % classes &* stride] += found[tree] }
        }
      }
    }
  }

  /// The trees before their nodes are packed.
  private struct Plan {
    struct Slot {
      let feature: Int32
      let record: kernel_slot
    }

    struct Node {
      let slot: UInt64
      let rank: UInt64
      let left: UInt64
    }

    private struct Key: Hashable {
      let feature: Int32
      let missing: Tree.Missing
      let goesLeft: Bool
    }

    /// The rank of a missing value that goes right whatever is asked.
    static let aboveAll: Int32 = 65_535

    let bounds: [Int32: [Double]]
    var slots: [Slot] = []
    var nodes: [Node] = []
    var values: [Double] = []
    var groups: [kernel_group] = []
    var largestGroup = 0
    private var numbers: [Key: UInt64] = [:]

    init(bounds: [Int32: [Double]]) { self.bounds = bounds }

    /// False if there are too many slots.
    mutating func add(_ trees: [Tree]) -> Bool {
      for first in stride(from: 0, to: trees.count, by: QuickForest.chunk) {
        let own = trees[first..<min(first + QuickForest.chunk, trees.count)].enumerated()
          .map { (place: $0.offset, tree: $0.element, depth: $0.element.depth) }
          .sorted { ($0.depth, $0.place) < ($1.depth, $1.place) }
        for start in stride(from: 0, to: own.count, by: QuickForest.group) {
          let members = own[start..<min(start + QuickForest.group, own.count)]
          var roots: [UInt32] = []
          let begin = nodes.count
          for member in members {
            roots.append(UInt32(nodes.count - begin))
            if !append(member.tree, begin) { return false }
          }
          // What fills a group up walks its first tree again, and its value is forgotten.
          let filler = QuickForest.group - members.count
          roots += [UInt32](repeating: 0, count: filler)
          let places =
            members.map { UInt32($0.place) } + [UInt32](repeating: UInt32(QuickForest.chunk), count: filler)
          groups.append(
            kernel_group(
              first: Int64(begin), roots: eight(roots), places: eight(places),
              depth: Int64(own[members.endIndex - 1].depth)))
          largestGroup = max(largestGroup, nodes.count - begin)
        }
      }
      return true
    }

    private func eight(
      _ values: [UInt32]
    ) -> (UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32) {
      (values[0], values[1], values[2], values[3], values[4], values[5], values[6], values[7])
    }

    /// Appends a tree level after level; its places count from `begin`.
    private mutating func append(_ tree: Tree, _ begin: Int) -> Bool {
      var level: [Int32] = [tree.splitFeature.isEmpty ? ~0 : 0]
      while !level.isEmpty {
        var below: [Int32] = []
        let next = nodes.count + level.count - begin
        for child in level {
          if child < 0 {
            nodes.append(Node(slot: 0, rank: UInt64(Self.aboveAll), left: UInt64(nodes.count - begin)))
            values.append(tree.leafValue[Int(~child)])
          } else {
            let node = Int(child)
            guard let slot = slot(of: tree, node) else { return false }
            nodes.append(
              Node(
                slot: slot, rank: UInt64(rank(of: tree.threshold[node], tree.splitFeature[node])),
                left: UInt64(next + below.count)))
            values.append(0)
            below += [tree.left[node], tree.right[node]]
          }
        }
        level = below
      }
      return true
    }

    /// The number of a feature's bounds that are below a value.
    private func rank(of value: Double, _ feature: Int32) -> Int {
      (bounds[feature] ?? []).firstPlace { $0 >= value }
    }

    private mutating func slot(of tree: Tree, _ node: Int) -> UInt64? {
      let (feature, missing) = (tree.splitFeature[node], tree.missing[node])
      // Where nothing is missing a NaN is 0, whatever the direction.
      let key = Key(feature: feature, missing: missing, goesLeft: missing == .none || tree.defaultLeft[node])
      if let number = numbers[key] { return number }
      if slots.count > 65_535 { return nil }
      let number = UInt64(slots.count)
      let place: Int32
      switch missing {
      case .none: place = Int32(rank(of: 0, feature))
      case .nan, .zero: place = key.goesLeft ? 0 : Self.aboveAll
      }
      slots.append(
        Slot(
          feature: feature,
          record: kernel_slot(
            zero: missing == .zero ? LightGBMBins.zeroThreshold : -1, feature: feature, missing: place, first: 0,
            count: 0)))
      numbers[key] = number
      return number
    }
  }
}

extension Tree {
  /// Splits on the longest way down.
  fileprivate var depth: Int {
    var level: [Int32] = splitFeature.isEmpty ? [] : [0]
    var depth = 0
    while !level.isEmpty {
      depth += 1
      level = level.flatMap { [left[Int($0)], right[Int($0)]] }.filter { $0 >= 0 }
    }
    return depth
  }
}
