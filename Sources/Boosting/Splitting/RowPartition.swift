import Compute

/// The rows of every leaf, cut into shards so that each thread partitions its own without asking the others.
///
/// A shard is a list of row numbers with their packed pairs; a leaf is a range of each shard's list:
/// ```
/// before   shard 0 [a b c d e f | ...]      leaf 3 is the range a..f
/// split    shard 0 [b d e | a c f | ...]    left part keeps its place, right part follows; order within is kept
/// ```
/// What lies in a leaf does not depend on the number of shards; sums over it are whole numbers, so neither do they.
package struct RowShard {
  /// ``entry(row:packed:)`` of each row.
  package let entries: UnsafeMutablePointer<UInt64>
  private let others: UnsafeMutablePointer<UInt64>
  let capacity: Int

  package init(capacity: Int) {
    self.capacity = capacity
    entries = allocateLarge(UInt64.self, capacity: capacity)
    others = allocateLarge(UInt64.self, capacity: capacity)
  }

  package func deallocate() {
    deallocateLarge(entries)
    deallocateLarge(others)
  }

  /// A row number with its packed pair above it: one word, so that moving a row is one store.
  @inline(__always)
  package static func entry(row: UInt32, packed: UInt32) -> UInt64 { UInt64(packed) << 32 | UInt64(row) }

  @inline(__always)
  package static func row(_ entry: UInt64) -> Int { Int(UInt32(truncatingIfNeeded: entry)) }

  /// Moves the rows of a range that go left to its front, the others behind them; returns how many go left.
  ///
  /// - Parameters:
  ///   - column: Bins of the split feature by row number.
  ///   - goesLeft: 1 for each bin that goes left, else 0.
  package func partition<Bin: FixedWidthInteger>(
    _ range: Range<Int>, column: UnsafePointer<Bin>, goesLeft: UnsafePointer<UInt8>
  ) -> Int {
    let (entries, others) = (entries, others)
    var left = range.lowerBound
    var right = 0
    for index in range {
      let entry = entries[index]
      let go = Int(goesLeft[Int(column[RowShard.row(entry)])])
      // Both places are written and one of them counts: no branch to mispredict.
      others[right] = entry
      entries[left] = entry
      left &+= go
      right &+= 1 &- go
    }
    (entries + left).update(from: others, count: right)
    return left - range.lowerBound
  }
}
