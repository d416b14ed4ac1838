internal import CKernels

/// One number a window, for the windows of a group.
///
/// The standard lookbacks are four, and the processor computes two or four numbers in the time of one.
package typealias Lanes = SIMD4<Double>

/// Where a comparison of lanes holds: all bits of the lane are set.
package typealias LaneBits = SIMD4<Int64>

extension SIMDMask<LaneBits> {
  /// The mask for ``Lanes/replaced(by:where:)``, and for `&`, `|` and `~`.
  @inline(__always) var bits: LaneBits { unsafeBitCast(self, to: LaneBits.self) }
}

extension LaneBits {
  /// Whether a comparison holds in some lane.
  @inline(__always) var isAnySet: Bool { (self[0] | self[1] | self[2] | self[3]) < 0 }
}

extension Lanes {
  /// Takes other numbers in some lanes; without branches, which the library's `replacing(with:where:)` would have.
  @inline(__always)
  func replaced(by other: Lanes, where bits: LaneBits) -> Lanes {
    let (own, new) = (unsafeBitCast(self, to: LaneBits.self), unsafeBitCast(other, to: LaneBits.self))
    return unsafeBitCast((own & ~bits) | (new & bits), to: Lanes.self)
  }

  /// The square root in every lane, in one instruction a pair of lanes.
  @inline(__always) var root: Lanes { kernel_square_root(self) }

  /// The quotient in every lane, in one instruction a pair of lanes.
  @inline(__always)
  func divided(by other: Lanes) -> Lanes { kernel_divide(self, other) }

  /// The quotient of one number in every lane.
  @inline(__always)
  func dividing(_ number: Double) -> Lanes { kernel_divide(Lanes(repeating: number), self) }

  /// Takes one other number in some lanes.
  @inline(__always)
  func replaced(by other: Double, where bits: LaneBits) -> Lanes {
    replaced(by: Lanes(repeating: other), where: bits)
  }
}

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

/// A running sum in every lane; the lanes' form of `CompensatedSum`.
struct LaneSum: Sendable, Codable {
  private var high = Lanes.zero
  private var low = Lanes.zero

  @inline(__always) var value: Lanes { high + low }

  @inline(__always)
  mutating func add(_ term: Lanes) {
    let sum = high + term
    let shadow = sum - high
    low += (high - (sum - shadow)) + (term - shadow)
    high = sum
  }

  /// Starts the sum of some lanes anew.
  mutating func clear(_ lanes: LaneBits) {
    high = high.replaced(by: 0, where: lanes)
    low = low.replaced(by: 0, where: lanes)
  }
}
