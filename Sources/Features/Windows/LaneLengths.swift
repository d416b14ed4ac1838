/// The lengths of up to four windows that end at the same value.
///
/// A group of fewer than four repeats its last length: that column is then computed, and written, twice.
package struct LaneLengths: Sendable, Codable {
  /// Four lengths, ascending.
  package let lookbacks: [Int]
  /// The same as numbers.
  let lengths: Lanes

  /// Takes 1 to 4 lengths, each at least 1.
  package init(_ lookbacks: [Int]) {
    precondition(1...4 ~= lookbacks.count && lookbacks.allSatisfy { $0 >= 1 }, "a group has one to four windows")
    let padded = lookbacks.sorted() + [Int](repeating: lookbacks.max()!, count: 4 - lookbacks.count)
    self.lookbacks = padded
    lengths = Lanes(Double(padded[0]), Double(padded[1]), Double(padded[2]), Double(padded[3]))
  }

  /// The longest length.
  @inline(__always) package var longest: Int { lookbacks[3] }

  /// Groups of up to four of any number of lookbacks.
  package static func groups(_ lookbacks: [Int]) -> [[Int]] {
    let sorted = lookbacks.sorted()
    return stride(from: 0, to: sorted.count, by: 4).map { Array(sorted[$0..<min($0 + 4, sorted.count)]) }
  }
}
