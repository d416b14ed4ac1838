/// Means, spreads and co-movement of the last pairs (price, size) over up to four windows at once; the pair form of
/// ``LaneMoments``.
package struct LanePairMoments: Sendable, Codable {
  /// What is known of each window after a pair; of the pairs so far where a window is not full.
  package struct Value {
    package var priceMean: Lanes
    package var sizeMean: Lanes
    /// Roots of the sums of squared deviations from the means; exactly 0 for equal values.
    package var priceSpread: Lanes
    package var sizeSpread: Lanes
    /// Sum of price times size over sum of sizes; the newest price where no size is positive.
    package var vwap: Lanes
    /// Pearson's correlation; 0 where either is constant in the window.
    package var correlation: Lanes
  }

  package let group: LaneLengths
  private(set) var prices: RecentValues
  private var sizes: RecentValues
  private var counts = Lanes.zero
  private var inverses = Lanes.zero
  private var priceAnchor = Lanes.zero
  private var sizeAnchor = Lanes.zero
  private var priceSum = LaneSum()
  private var priceSquares = LaneSum()
  private var sizeSum = LaneSum()
  private var sizeSquares = LaneSum()
  private var products = LaneSum()
  /// How many of the newest prices, and sizes, in a row are equal.
  private var priceRun = Lanes.zero
  private var sizeRun = Lanes.zero

  package init(_ lookbacks: [Int]) {
    precondition(lookbacks.allSatisfy { $0 >= 2 }, "a pair window holds at least two values")
    group = LaneLengths(lookbacks)
    prices = RecentValues(atLeast: group.longest)
    sizes = prices
  }

  /// Pairs taken.
  @inline(__always) var seen: Int { prices.seen }

  @inline(__always)
  package mutating func push(price: Double, size: Double) -> Value {
    if prices.seen == 0 { (priceAnchor, sizeAnchor) = (Lanes(repeating: price), Lanes(repeating: size)) }
    // Kept as lanes: two numbers stored apart could not be loaded as one vector without a stall.
    priceRun = prices.seen > 0 && price == prices[age: 0] ? priceRun + 1 : .one
    sizeRun = prices.seen > 0 && size == sizes[age: 0] ? sizeRun + 1 : .one
    prices.append(price)
    sizes.append(size)
    add(price - priceAnchor, size - sizeAnchor)
    if prices.seen > group.longest {
      remove(prices.before(group.lookbacks) - priceAnchor, sizes.before(group.lookbacks) - sizeAnchor)
    } else {
      removeWarmingUp()
    }
    let isPriceConstant = (counts .<= priceRun).bits
    let isSizeConstant = (counts .<= sizeRun).bits
    var priceTotal = priceSum.value
    var sizeTotal = sizeSum.value
    var priceDeviations = priceSquares.value - priceTotal * priceTotal * inverses
    var sizeDeviations = sizeSquares.value - sizeTotal * sizeTotal * inverses
    let wide =
      ((priceSquares.value .> 1e4 * priceDeviations).bits & ~isPriceConstant)
      | ((sizeSquares.value .> 1e4 * sizeDeviations).bits & ~isSizeConstant)
    if wide.isAnySet {
      moveAnchors(wide)
      (priceTotal, sizeTotal) = (priceSum.value, sizeSum.value)
      priceDeviations = priceSquares.value - priceTotal * priceTotal * inverses
      sizeDeviations = sizeSquares.value - sizeTotal * sizeTotal * inverses
    }
    let priceSpread = priceDeviations.replaced(by: 0, where: isPriceConstant | (priceDeviations .< 0).bits).root
    let sizeSpread = sizeDeviations.replaced(by: 0, where: isSizeConstant | (sizeDeviations .< 0).bits).root
    let isEmpty = size == 0 ? isSizeConstant : LaneBits.zero
    let weights = counts * sizeAnchor + sizeTotal
    let weighted = priceAnchor + quotient(sizeAnchor * priceTotal + products.value, weights)
    let joint = products.value - priceTotal * sizeTotal * inverses
    let scale = priceSpread * sizeSpread
    var correlation = quotient(joint, scale).replaced(by: 0, where: ~(scale .> 0).bits)
    correlation = correlation.replaced(by: 1, where: (correlation .> 1).bits)
    correlation = correlation.replaced(by: -1, where: (correlation .< -1).bits)
    return Value(
      priceMean: (priceAnchor + priceTotal * inverses).replaced(by: price, where: isPriceConstant),
      sizeMean: (sizeAnchor + sizeTotal * inverses).replaced(by: size, where: isSizeConstant),
      priceSpread: priceSpread, sizeSpread: sizeSpread,
      vwap: weighted.replaced(by: price, where: isPriceConstant | isEmpty), correlation: correlation)
  }

  @inline(__always)
  private mutating func add(_ p: Lanes, _ v: Lanes) {
    priceSum.add(p)
    priceSquares.add(p * p)
    sizeSum.add(v)
    sizeSquares.add(v * v)
    products.add(p * v)
  }

  @inline(__always)
  private mutating func remove(_ p: Lanes, _ v: Lanes) {
    priceSum.add(-p)
    priceSquares.add(-(p * p))
    sizeSum.add(-v)
    sizeSquares.add(-(v * v))
    products.add(-(p * v))
  }

  @inline(never)
  private mutating func removeWarmingUp() {
    let isFilling = (group.lengths .>= Double(prices.seen)).bits
    remove(
      (prices.before(group.lookbacks) - priceAnchor).replaced(by: 0, where: isFilling),
      (sizes.before(group.lookbacks) - sizeAnchor).replaced(by: 0, where: isFilling))
    counts = pointwiseMin(group.lengths, Lanes(repeating: Double(prices.seen)))
    inverses = 1 / counts
  }

  /// Starts the sums of some windows anew around their means.
  @inline(never)
  private mutating func moveAnchors(_ wide: LaneBits) {
    priceAnchor = priceAnchor.replaced(by: priceAnchor + priceSum.value * inverses, where: wide)
    sizeAnchor = sizeAnchor.replaced(by: sizeAnchor + sizeSum.value * inverses, where: wide)
    priceSum.clear(wide)
    priceSquares.clear(wide)
    sizeSum.clear(wide)
    sizeSquares.clear(wide)
    products.clear(wide)
    // Oldest first, each window from its own oldest pair on.
    let oldest = Int(counts.replaced(by: 0, where: ~wide).max()) - 1
    for age in stride(from: oldest, through: 0, by: -1) {
      let isOutside = ~(wide & (counts .> Double(age)).bits)
      add(
        (prices[age: age] - priceAnchor).replaced(by: 0, where: isOutside),
        (sizes[age: age] - sizeAnchor).replaced(by: 0, where: isOutside))
    }
  }
}
