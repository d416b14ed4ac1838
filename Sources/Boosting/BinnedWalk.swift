internal import CKernels
import Compute

/// A tree over the bytes of binned rows, which eight rows walk side by side.
///
/// What a node asks of a byte is a table of 256 bits, so features that share a byte and sets of categories cost no more than
/// thresholds.
struct BinnedWalk: Sendable {
  private let nodes: [kernel_byte_node]
  /// Four words a node: the bytes that go right.
  private let tables: [UInt64]
  /// By node, the leaf's number for linear leaves; those of inner nodes are not asked for.
  private let values: [Double]
  private let innerCount: Int

  /// Prepares a tree.
  ///
  /// - Returns: nil for a tree without splits, with splits on bins of two bytes or with more nodes than 16 bits count.
  init?(_ tree: Tree, bins: [UInt8], _ matrix: BinnedMatrix) {
    let inner = tree.splitFeature.count
    let count = inner + tree.leafValue.count
    guard inner > 0, count <= Int(UInt16.max) else { return nil }
    var nodes = [kernel_byte_node](repeating: kernel_byte_node(), count: count)
    var tables = [UInt64](repeating: 0, count: count * 4)
    for node in 0..<count {
      guard node < inner else {
        nodes[node].children = (UInt16(node), UInt16(node))
        continue
      }
      let sides = BinSides(tree, node: node, splitBin: bins[node], matrix.mappers)
      guard matrix.wideNumbers[sides.feature] == nil else { return nil }
      func place(_ child: Int32) -> UInt16 { UInt16(child < 0 ? inner + Int(~child) : Int(child)) }
      nodes[node].byte = UInt32(matrix.layout.byte[sides.feature])
      nodes[node].children = (place(tree.left[node]), place(tree.right[node]))
      tables.withUnsafeMutableBufferPointer {
        matrix.layout.setBits(of: sides.feature, in: $0.baseAddress! + node * 4, where: sides.isRight)
      }
    }
    (self.nodes, self.tables, innerCount) = (nodes, tables, inner)
    let found = tree.linear == nil ? tree.leafValue : tree.leafValue.indices.map(Double.init)
    values = [Double](repeating: 0, count: inner) + found
  }

  /// Adds the values of `count` rows to their scores, or the numbers of their leaves where these are linear.
  ///
  /// - Parameters:
  ///   - bytes: Those of row r start at `bytes[r * stride]`.
  ///   - rows: The rows, or nil for `0..<count`.
  func add(
    _ bytes: UnsafePointer<UInt8>, _ stride: Int, rows: UnsafePointer<UInt32>?, count: Int,
    to scores: UnsafeMutablePointer<Double>
  ) {
    kernel_walk_bytes(nodes, innerCount, tables, values, bytes, stride, rows, count, scores)
  }
}
