/// Finds the first price behind a place that is above or below a level, in O(log distance).
///
/// A tree of maxima and minima over the prices: a node is passed over if its extreme does not meet the level.
struct FirstPassage {
  private let highs: [Double]
  private let lows: [Double]
  private let width: Int

  init(_ prices: [Double]) {
    var width = 1
    while width < prices.count { width *= 2 }
    var highs = [Double](repeating: -.infinity, count: 2 * width)
    var lows = [Double](repeating: .infinity, count: 2 * width)
    for (place, price) in prices.enumerated() { (highs[width + place], lows[width + place]) = (price, price) }
    for node in stride(from: width - 1, to: 0, by: -1) {
      highs[node] = max(highs[2 * node], highs[2 * node + 1])
      lows[node] = min(lows[2 * node], lows[2 * node + 1])
    }
    (self.highs, self.lows, self.width) = (highs, lows, width)
  }

  /// The first place in `places` whose price meets a condition that holds for every higher price too.
  func first(in places: ClosedRange<Int>, above condition: (Double) -> Bool) -> Int? {
    first(in: places, highs, condition)
  }

  /// The first place in `places` whose price meets a condition that holds for every lower price too.
  func first(in places: ClosedRange<Int>, below condition: (Double) -> Bool) -> Int? {
    first(in: places, lows, condition)
  }

  private func first(in places: ClosedRange<Int>, _ extremes: [Double], _ condition: (Double) -> Bool) -> Int? {
    var node = width + places.lowerBound
    // Up and to the right, until a node holds a price that meets the condition.
    while !condition(extremes[node]) {
      while node & 1 == 1 { node >>= 1 }
      if node == 0 { return nil }
      node += 1
      // The node to the right begins where this one ended; beyond the last place there is nothing to find.
      if leftmost(node) > places.upperBound { return nil }
    }
    while node < width {
      node *= 2
      if !condition(extremes[node]) { node += 1 }
    }
    let place = node - width
    return place <= places.upperBound ? place : nil
  }

  private func leftmost(_ node: Int) -> Int {
    var node = node
    while node < width { node *= 2 }
    return node - width
  }
}
