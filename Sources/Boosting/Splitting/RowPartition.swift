import Compute

/// The rows of every leaf, cut into shards so that each thread partitions its own without asking the others.
///
/// A shard is a list of row numbers with their packed pairs beside them; a leaf is a range of each shard's list:
/// ```
/// before   shard 0 [a b c d e f | ...]      leaf 3 is the range a..f
/// split    shard 0 [b d e | a c f | ...]    left part keeps its place, right part follows; order within is kept
/// ```
/// What lies in a leaf does not depend on the number of shards; sums over it are whole numbers, so neither do they.
package struct RowShard {
  package let rows: UnsafeMutablePointer<UInt32>
  package let packed: UnsafeMutablePointer<UInt32>
  private let otherRows: UnsafeMutablePointer<UInt32>
  private let otherPacked: UnsafeMutablePointer<UInt32>
  let capacity: Int

  package init(capacity: Int) {
    self.capacity = capacity
    rows = allocateLarge(UInt32.self, capacity: capacity)
    packed = allocateLarge(UInt32.self, capacity: capacity)
    otherRows = allocateLarge(UInt32.self, capacity: capacity)
    otherPacked = allocateLarge(UInt32.self, capacity: capacity)
  }

  package func deallocate() {
    deallocateLarge(rows)
    deallocateLarge(packed)
    deallocateLarge(otherRows)
    deallocateLarge(otherPacked)
  }

  /// Moves the rows of a range that go left to its front, the others behind them; returns how many go left.
  ///
  /// - Parameters:
  ///   - column: Bins of the split feature by row number.
  ///   - goesLeft: 1 for each of the 256 bins that goes left, else 0.
  package func partition(_ range: Range<Int>, column: UnsafePointer<UInt8>, goesLeft: UnsafePointer<UInt8>) -> Int {
    var left = range.lowerBound
    var right = 0
    for index in range {
      let row = rows[index]
      let pair = packed[index]
      let go = Int(goesLeft[Int(column[Int(row)])])
      // Both places are written and one of them counts: no branch to mispredict.
      otherRows[right] = row
      otherPacked[right] = pair
      rows[left] = row
      packed[left] = pair
      left &+= go
      right &+= 1 &- go
    }
    (rows + left).update(from: otherRows, count: right)
    (packed + left).update(from: otherPacked, count: right)
    return left - range.lowerBound
  }
}
