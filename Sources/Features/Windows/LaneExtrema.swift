/// Smallest and largest of the last values over up to four windows at once.
package struct LaneExtrema: Sendable, Codable {
  private let group: LaneLengths
  /// For each window the smallest values from each place of its last full block to the block's end, and a neutral one;
  /// then the same of the largest.
  private var suffixes: [Double]
  /// Where each window's part of `suffixes` starts.
  private let starts: LaneBits
  /// How much farther the largest values are.
  private let distances: LaneBits
  /// Values in each window's current block, and the extrema of those.
  private var places = LaneBits.zero
  private var low: Lanes
  private var high: Lanes
  private let blockEnds: LaneBits

  // Finite neutral values, so that the state can be written as JSON.
  private static let none = Double.greatestFiniteMagnitude

  package init(_ group: LaneLengths) {
    self.group = group
    suffixes = []
    var starts = LaneBits.zero
    for lane in 0..<4 {
      starts[lane] = Int64(suffixes.count)
      suffixes += [Double](repeating: Self.none, count: group.lookbacks[lane] + 1)
      suffixes += [Double](repeating: -Self.none, count: group.lookbacks[lane] + 1)
    }
    self.starts = starts
    blockEnds = LaneBits(truncatingIfNeeded: SIMD4<Int>(group.lookbacks))
    distances = blockEnds &+ 1
    low = Lanes(repeating: Self.none)
    high = Lanes(repeating: -Self.none)
  }

  /// Takes a finite value, the newest of `recent`.
  @inline(__always)
  package mutating func push(_ value: Double, _ recent: RecentValues) -> (low: Lanes, high: Lanes) {
    let values = Lanes(repeating: value)
    low = low.replaced(by: values, where: (values .< low).bits)
    high = high.replaced(by: values, where: (values .> high).bits)
    places &+= 1
    let (lowPlaces, highPlaces) = (starts &+ places, starts &+ places &+ distances)
    let (oldLow, oldHigh) = suffixes.withUnsafeBufferPointer {
      (
        Lanes($0[Int(lowPlaces[0])], $0[Int(lowPlaces[1])], $0[Int(lowPlaces[2])], $0[Int(lowPlaces[3])]),
        Lanes($0[Int(highPlaces[0])], $0[Int(highPlaces[1])], $0[Int(highPlaces[2])], $0[Int(highPlaces[3])])
      )
    }
    let result = (
      low.replaced(by: oldLow, where: (oldLow .< low).bits), high.replaced(by: oldHigh, where: (oldHigh .> high).bits)
    )
    if (places .== blockEnds).bits.isAnySet { closeBlocks(recent) }
    return result
  }

  /// Keeps the extrema of the blocks that are full, and starts the next ones.
  @inline(never)
  private mutating func closeBlocks(_ recent: RecentValues) {
    for lane in 0..<4 where places[lane] == blockEnds[lane] {
      let length = group.lookbacks[lane]
      let start = Int(starts[lane])
      suffixes.withUnsafeMutableBufferPointer { suffixes in
        var (low, high) = (Self.none, -Self.none)
        recent.forEachNewest(length) { age, value in
          low = value < low ? value : low
          high = value > high ? value : high
          suffixes[start + length - 1 - age] = low
          suffixes[start + 2 * length - age] = high
        }
      }
      places[lane] = 0
      (low[lane], high[lane]) = (Self.none, -Self.none)
    }
  }
}
