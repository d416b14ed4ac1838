/// Trees for rows without missing values: 16 bytes a node, children side by side, leaves that point to themselves.
///
/// Eight trees are walked at a time, as deep as the deepest of them: their steps do not wait for each other, and nothing is
/// guessed. Of every 64 trees those of about the same depth go together. Values are added in the order of the
/// trees, so scores have the bits of ``Tree``'s walk.
struct QuickForest: Sendable, Hashable {
  private struct Node: Sendable, Hashable {
    /// A value above it goes right, which in leaves none is; as a whole number in the order of the numbers.
    var threshold: Int64
    /// Where the feature's value stands in a row, in bytes: offsets in bytes save instructions in every step.
    var feature: UInt32
    /// Where the left child stands, before the right one; the node itself in leaves.
    var left: UInt32
  }

  private var nodes: [Node] = []
  /// Values of leaves, by node.
  private var values: [Double] = []
  /// Roots in the order of walking, which is by depth within a chunk; filled up with a leaf of its own.
  private var roots: [UInt32] = []
  /// Places of these trees in their chunk.
  private var places: [Int] = []
  /// Splits on the longest way down any tree of a group.
  private var depths: [Int] = []
  private let count: Int

  /// Trees that are walked together.
  private static let group = 8
  /// Trees whose values are kept before they are added up.
  private static let chunk = 64
  private static let nodeSize = MemoryLayout<Node>.size

  /// Nil if a tree asks more than whether a value is above a threshold, or there are too many nodes.
  init?(_ trees: [Tree]) {
    let size = trees.reduce(1) { $0 + 2 * $1.leafValue.count }
    guard size < Int(UInt32.max) / Self.nodeSize,
      trees.allSatisfy({ !$0.missing.contains(.zero) && $0.categories.isEmpty && $0.linear == nil })
    else { return nil }
    count = trees.count
    nodes.append(Node(threshold: .max, feature: 0, left: 0))
    values.append(0)
    for first in stride(from: 0, to: count, by: Self.chunk) {
      let own = trees[first..<min(first + Self.chunk, count)].enumerated().map { place, tree in
        let root = UInt32(nodes.count * Self.nodeSize)
        return (root: root, place: place, depth: append(tree))
      }.sorted { ($0.depth, $0.place) < ($1.depth, $1.place) }
      for start in stride(from: 0, to: Self.chunk, by: Self.group) {
        let group = own.dropFirst(start).prefix(Self.group)
        let missing = Self.group - group.count
        roots += group.map(\.root) + [UInt32](repeating: 0, count: missing)
        places += group.map(\.place) + [Int](repeating: Self.chunk, count: missing)
        depths.append(group.last?.depth ?? 0)
      }
    }
  }

  /// Appends a tree level after level and returns its depth.
  private mutating func append(_ tree: Tree) -> Int {
    var level: [Int32] = [tree.splitFeature.isEmpty ? ~0 : 0]
    var depth = -1
    while !level.isEmpty {
      depth += 1
      var below: [Int32] = []
      let next = nodes.count + level.count
      for child in level {
        if child < 0 {
          nodes.append(Node(threshold: .max, feature: 0, left: UInt32(nodes.count * Self.nodeSize)))
          values.append(tree.leafValue[Int(~child)])
        } else {
          let node = Int(child)
          nodes.append(
            Node(
              threshold: Self.key(tree.threshold[node]), feature: UInt32(tree.splitFeature[node]) * 8,
              left: UInt32((next + below.count) * Self.nodeSize)))
          values.append(0)
          below += [tree.left[node], tree.right[node]]
        }
      }
      level = below
    }
    return depth
  }

  /// The bits of a number as a whole number in the order of the numbers; −0 is 0.
  @inline(__always)
  private static func key(_ value: Double) -> Int64 {
    let bits = Int64(bitPattern: (value + 0).bitPattern)
    return bits ^ ((bits >> 63) & .max)
  }

  /// Adds the trees' values for one row to `scores[class * stride]`; false, with nothing done, if a value is missing.
  func add(
    _ row: UnsafePointer<Double>, features: Int, to scores: UnsafeMutablePointer<Double>, classes: Int, stride: Int
  ) -> Bool {
    // On the stack: up to 1,024 bytes; a larger row is taken from the heap.
    withUnsafeTemporaryAllocation(of: Int64.self, capacity: max(1, features)) { keys in
      let keys = keys.baseAddress!
      for feature in 0..<features {
        if row[feature].isNaN { return false }
        keys[feature] = Self.key(row[feature])
      }
      // One place more than a chunk has trees takes what fills a group up.
      withUnsafeTemporaryAllocation(of: Double.self, capacity: Self.chunk + 1) { found in
        walk(keys, found.baseAddress!, to: scores, classes: classes, stride: stride)
      }
      return true
    }
  }

  private func walk(
    _ row: UnsafePointer<Int64>, _ found: UnsafeMutablePointer<Double>, to scores: UnsafeMutablePointer<Double>,
    classes: Int, stride: Int
  ) {
    nodes.withUnsafeBytes { nodes in
      values.withUnsafeBufferPointer { values in
        roots.withUnsafeBufferPointer { roots in
          places.withUnsafeBufferPointer { places in
            for first in Swift.stride(from: 0, to: count, by: Self.chunk) {
              let size = min(Self.chunk, count &- first)
              for start in Swift.stride(from: first, to: first &+ size, by: Self.group) {
                walk(
                  roots.baseAddress! + start, places.baseAddress! + start, depths[start / Self.group],
                  nodes.baseAddress!, values.baseAddress!, row, found)
              }
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
      }
    }
  }

  /// Walks a group of trees and writes the values of their leaves to their places.
  @inline(__always)
  private func walk(
    _ roots: UnsafePointer<UInt32>, _ places: UnsafePointer<Int>, _ depth: Int, _ nodes: UnsafeRawPointer,
    _ values: UnsafePointer<Double>, _ row: UnsafePointer<Int64>, _ found: UnsafeMutablePointer<Double>
  ) {
    var (p0, p1, p2, p3) = (Int(roots[0]), Int(roots[1]), Int(roots[2]), Int(roots[3]))
    var (p4, p5, p6, p7) = (Int(roots[4]), Int(roots[5]), Int(roots[6]), Int(roots[7]))
    for _ in 0..<depth {
      p0 = step(p0, nodes, row)
      p1 = step(p1, nodes, row)
      p2 = step(p2, nodes, row)
      p3 = step(p3, nodes, row)
      p4 = step(p4, nodes, row)
      p5 = step(p5, nodes, row)
      p6 = step(p6, nodes, row)
      p7 = step(p7, nodes, row)
    }
    found[places[0]] = values[p0 / Self.nodeSize]
    found[places[1]] = values[p1 / Self.nodeSize]
    found[places[2]] = values[p2 / Self.nodeSize]
    found[places[3]] = values[p3 / Self.nodeSize]
    found[places[4]] = values[p4 / Self.nodeSize]
    found[places[5]] = values[p5 / Self.nodeSize]
    found[places[6]] = values[p6 / Self.nodeSize]
    found[places[7]] = values[p7 / Self.nodeSize]
  }

  @inline(__always)
  private func step(_ place: Int, _ nodes: UnsafeRawPointer, _ row: UnsafePointer<Int64>) -> Int {
    let node = (nodes + place).assumingMemoryBound(to: Node.self)
    let value = UnsafeRawPointer(row).load(fromByteOffset: Int(node.pointee.feature), as: Int64.self)
    // As bits: of a conditional the compiler may make a branch, which would be guessed wrong half of the time.
    let goesRight = Int(unsafeBitCast(value > node.pointee.threshold, to: UInt8.self))
    return Int(node.pointee.left) &+ goesRight << 4
  }
}
