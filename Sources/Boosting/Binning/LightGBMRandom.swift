/// LightGBM's linear congruential generator, needed only to draw the same rows for making bins.
struct LightGBMRandom {
  private var state: UInt32

  init(seed: Int32) { state = UInt32(bitPattern: seed) }

  private mutating func step() -> UInt32 {
    state = state &* 214_013 &+ 2_531_011
    return state
  }

  /// A float in 0..<1 with 15 random bits.
  private mutating func nextFloat() -> Float { Float((step() >> 16) & 0x7fff) / 32_768 }

  private mutating func nextInt(below bound: Int) -> Int { Int(step() & 0x7fff_ffff) % bound }

  /// `take` of the numbers `0..<count` in ascending order.
  mutating func sample(_ take: Int, of count: Int) -> [Int] {
    if take >= count { return Array(0..<count) }
    if take <= 0 { return [] }
    var log = 0.0
    var power = take
    while power > 1 {
      log += 1
      power /= 2
    }
    if Double(take) > Double(count) / max(1, log) {
      var chosen: [Int] = []
      for index in 0..<count {
        let chance = Double(take - chosen.count) / Double(count - index)
        if Double(nextFloat()) < chance { chosen.append(index) }
      }
      return chosen
    }
    // Floyd's sampling into a set.
    var chosen: Set<Int> = []
    for index in count - take..<count {
      let draw = nextInt(below: index + 1)
      if !chosen.insert(draw).inserted { chosen.insert(index) }
    }
    return chosen.sorted()
  }
}
