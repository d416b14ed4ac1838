/// The newest values, as many as the longest window holds and one more, in constant memory.
package struct RecentValues: Sendable, Codable {
  private var ring: [Double]
  private let mask: Int
  /// Values taken.
  private(set) var seen = 0

  package init(atLeast count: Int) {
    var capacity = 1
    while capacity <= count { capacity *= 2 }
    ring = [Double](repeating: 0, count: capacity)
    mask = capacity - 1
  }

  @inline(__always)
  package mutating func append(_ value: Double) {
    ring.withUnsafeMutableBufferPointer { $0[seen & mask] = value }
    seen &+= 1
  }

  /// The value taken `age` values before the newest; 0 where there is none.
  @inline(__always)
  subscript(age age: Int) -> Double { ring.withUnsafeBufferPointer { $0[(seen &- 1 &- age) & mask] } }

  /// Lends the newest `count` values, newest first, with their ages.
  @inline(__always)
  func forEachNewest(_ count: Int, _ body: (_ age: Int, _ value: Double) -> Void) {
    ring.withUnsafeBufferPointer { ring in
      for age in 0..<count { body(age, ring[(seen &- 1 &- age) & mask]) }
    }
  }

  /// For each length the value that many values before the newest.
  @inline(__always)
  func before(_ lookbacks: [Int]) -> Lanes {
    ring.withUnsafeBufferPointer { ring in
      lookbacks.withUnsafeBufferPointer { n in
        let newest = seen &- 1
        return Lanes(
          ring[(newest &- n[0]) & mask], ring[(newest &- n[1]) & mask], ring[(newest &- n[2]) & mask],
          ring[(newest &- n[3]) & mask])
      }
    }
  }
}
