import Foundation

/// A seeded stream of random numbers: xoshiro256++, the same on every platform and in every release.
///
/// Source: Blackman and Vigna, "Scrambled linear pseudorandom number generators", ACM TOMS 47 (2021); seeded by
/// SplitMix64 as the authors advise.
public struct RandomStream: RandomNumberGenerator, Sendable, Hashable {
  private var s0: UInt64
  private var s1: UInt64
  private var s2: UInt64
  private var s3: UInt64

  /// Makes the stream of a seed; equal seeds give equal streams.
  public init(seed: UInt64) {
    var state = seed
    func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
    s0 = next()
    s1 = next()
    s2 = next()
    s3 = next()
  }

  /// Makes a stream that belongs to `seed` and a path of numbers, such as a round and a tree, independent of others.
  public init(seed: UInt64, path: UInt64...) {
    var mixed = seed
    for step in path {
      var stream = RandomStream(seed: mixed ^ (step &* 0xD134_2543_DE82_EF95 &+ 0x2545_F491_4F6C_DD1D))
      mixed = stream.next()
    }
    self.init(seed: mixed)
  }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    let sum = s0 &+ s3
    let result = ((sum << 23) | (sum >> 41)) &+ s0
    let t = s1 << 17
    s2 ^= s0
    s3 ^= s1
    s1 ^= s2
    s0 ^= s3
    s2 ^= t
    s3 = (s3 << 45) | (s3 >> 19)
    return result
  }

  /// A uniform number in `0..<1` with 53 random bits.
  public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A uniform whole number in `0..<bound` without modulo bias; `bound` is at least 1.
  public mutating func index(below bound: Int) -> Int {
    precondition(bound > 0, "an index needs a positive bound")
    return Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// A standard normal number (Box and Muller 1958; the second value of the pair is not kept).
  public mutating func normal() -> Double {
    let radius = (-2 * log(1 - uniform())).squareRoot()
    return radius * cos(2 * .pi * uniform())
  }

  /// An exponential number with mean 1.
  public mutating func exponential() -> Double { -log(1 - uniform()) }

  /// Shuffles `0..<count` (Fisher and Yates) and returns the first `take` of it, in drawn order.
  public mutating func sample(_ take: Int, of count: Int) -> [Int] {
    var items = Array(0..<count)
    let wanted = min(take, count)
    for i in 0..<wanted { items.swapAt(i, i + index(below: count - i)) }
    return Array(items.prefix(wanted))
  }
}
