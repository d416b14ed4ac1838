import Compute
import Features
import Testing

@Suite("Four windows at once")
struct LaneTests {
  /// A price with runs of equal values, jumps far from the anchor, and slow stretches.
  private func walk(_ count: Int, seed: UInt64) -> [Double] {
    var random = RandomStream(seed: seed)
    var price = 100.0
    return (0..<count).map { step in
      if random.uniform() < 0.5 { price += (random.uniform() - 0.5) * 0.1 }
      if step % 997 == 500 { price *= 50 }
      if step % 997 == 800 { price /= 50 }
      return price
    }
  }

  @Test("moments are those of single windows to the bit", arguments: [[5, 10, 20, 50], [1], [2, 3], [7, 8, 64]])
  func moments(_ lookbacks: [Int]) {
    var lanes = LaneMoments(lookbacks)
    var single = lanes.group.lookbacks.map { WindowMoments(length: $0) }
    for value in walk(5000, seed: 1) {
      let result = lanes.push(value)
      for lane in 0..<4 {
        single[lane].push(value)
        #expect(result.mean[lane].bitPattern == single[lane].mean.bitPattern)
        #expect(result.squaredDeviations[lane].bitPattern == single[lane].squaredDeviations.bitPattern)
      }
    }
  }

  @Test("extrema are those of single windows", arguments: [[5, 10, 20, 50], [1], [2, 3], [7, 8, 64]])
  func extrema(_ lookbacks: [Int]) {
    let group = LaneLengths(lookbacks)
    var lanes = LaneExtrema(group)
    var recent = RecentValues(atLeast: group.longest)
    let values = walk(3000, seed: 2)
    for (index, value) in values.enumerated() {
      recent.append(value)
      let (low, high) = lanes.push(value, recent)
      for lane in 0..<4 {
        let window = values[max(0, index + 1 - group.lookbacks[lane])...index]
        #expect(low[lane] == window.min())
        #expect(high[lane] == window.max())
      }
    }
  }

  @Test("pairs agree with two passes over each window", arguments: [[5, 10, 20, 50], [2], [3, 33]])
  func pairs(_ lookbacks: [Int]) {
    var lanes = LanePairMoments(lookbacks)
    let prices = walk(3000, seed: 3)
    // Sizes with stretches of zeros and of equal sizes.
    let sizes = walk(3000, seed: 4).enumerated().map { $0 / 100 % 4 == 0 ? 0 : $0 / 100 % 4 == 1 ? 25 : $1 }
    for index in prices.indices {
      let value = lanes.push(price: prices[index], size: sizes[index])
      for lane in 0..<4 {
        let rows = max(0, index + 1 - lanes.group.lookbacks[lane])...index
        let (p, v) = (Array(prices[rows]), Array(sizes[rows]))
        let n = Double(p.count)
        let (meanPrice, meanSize) = (compensatedSum(p) / n, compensatedSum(v) / n)
        let spreadPrice = compensatedSum(p.map { ($0 - meanPrice) * ($0 - meanPrice) })
        let spreadSize = compensatedSum(v.map { ($0 - meanSize) * ($0 - meanSize) })
        let joint = compensatedSum(zip(p, v).map { ($0 - meanPrice) * ($1 - meanSize) })
        let total = compensatedSum(v)
        let isConstant = Set(p).count == 1 || Set(v).count == 1
        // A jump by a factor of 50 within the window costs the sums some digits; far from it they keep all.
        #expect(isClose(value.priceMean[lane], meanPrice, 1e-13))
        #expect(isClose(value.sizeMean[lane], meanSize, 1e-12, scale: 100))
        #expect(isClose(value.priceSpread[lane], spreadPrice.squareRoot(), 1e-9, scale: 1e-3))
        #expect(isClose(value.sizeSpread[lane], spreadSize.squareRoot(), 1e-9, scale: 1e-3))
        let vwap = total == 0 ? prices[index] : compensatedSum(zip(p, v).map { $0 * $1 }) / total
        #expect(isClose(value.vwap[lane], vwap, 1e-12))
        let correlation = isConstant ? 0 : joint / (spreadPrice * spreadSize).squareRoot()
        #expect(abs(value.correlation[lane] - correlation) < 1e-6)
      }
    }
  }

  private func isClose(_ a: Double, _ b: Double, _ tolerance: Double, scale: Double = 0) -> Bool {
    abs(a - b) <= tolerance * max(abs(a), abs(b), scale)
  }

  @Test("any number of lookbacks is split into groups of four, the last padded")
  func groups() {
    #expect(LaneLengths.groups([50, 5, 20, 10, 100]) == [[5, 10, 20, 50], [100]])
    #expect(LaneLengths([100]).lookbacks == [100, 100, 100, 100])
    #expect(LaneLengths([30, 3]).lookbacks == [3, 30, 30, 30])
  }

  @Test("logarithms of lanes are those of single numbers to the bit")
  func logarithms() {
    for b in [100.0, 101, 98.6, 250, 99.9999] {
      let lanes = logRatio(100, Lanes(b, 100, b + 0.01, 2 * b))
      for (lane, value) in [b, 100, b + 0.01, 2 * b].enumerated() {
        #expect(lanes[lane].bitPattern == logRatio(100, value).bitPattern)
      }
    }
  }
}
