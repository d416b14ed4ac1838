import Compute

/// Points that fill a cube evenly: the digital sequence of Sobol, in its own order, optionally scrambled.
///
/// Scrambling is Owen's in base 2: each bit is flipped by a coin that depends on the bits above it, here a hash of them (Laine
/// and Karras 2011 and Burley 2020 use the same idea); it keeps the evenness and makes every point uniform.
package struct SobolSequence {
  /// Most dimensions that the table has.
  package static let limit = SobolDirections.table.count + 1
  private let directions: [UInt32]
  private let coins: UInt64?

  /// Makes the sequence of one dimension, from 0.
  package init(dimension: Int, coins: UInt64?) {
    precondition(dimension < Self.limit, "the table has \(Self.limit) dimensions")
    self.coins = coins
    guard dimension > 0 else {
      directions = (0..<32).map { 1 << (31 - $0) }
      return
    }
    let (a, m) = SobolDirections.table[dimension - 1]
    let degree = m.count
    var v = m.enumerated().map { $1 << UInt32(31 - $0) }
    for i in degree..<32 {
      var next = v[i - degree] ^ (v[i - degree] >> UInt32(degree))
      for k in 1..<max(degree, 1) where a >> UInt32(degree - 1 - k) & 1 == 1 { next ^= v[i - k] }
      v.append(next)
    }
    directions = v
  }

  /// The coordinate of a point, in 0..<1.
  package func coordinate(_ index: Int) -> Double {
    let gray = UInt32(truncatingIfNeeded: index ^ (index >> 1))
    var bits: UInt32 = 0
    for i in 0..<32 where gray >> UInt32(i) & 1 == 1 { bits ^= directions[i] }
    guard let coins else { return Double(bits) * 0x1p-32 }
    var scrambled: UInt32 = 0
    var prefix: UInt64 = 1
    for place in (0..<32).reversed() {
      let bit = bits >> UInt32(place) & 1
      var coin = RandomStream(seed: coins ^ (prefix &* 0x9E37_79B9_7F4A_7C15))
      scrambled |= (bit ^ UInt32(truncatingIfNeeded: coin.next() >> 63)) << UInt32(place)
      prefix = prefix << 1 | UInt64(bit)
    }
    var coin = RandomStream(seed: coins ^ (prefix &* 0x9E37_79B9_7F4A_7C15))
    return (Double(scrambled) + coin.uniform()) * 0x1p-32
  }
}
