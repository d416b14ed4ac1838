import Compute

/// Means, spreads and co-movement of the last n pairs (price, size); the pair form of ``WindowMoments``.
struct PairMoments: Sendable, Codable {
  let length: Int
  private var prices: [Double]
  private var sizes: [Double]
  private var head = 0
  private(set) var count = 0
  /// 1 / count: a multiplication in place of a division in every mean.
  private var inverse = 0.0
  private var priceAnchor = 0.0
  private var sizeAnchor = 0.0
  private var priceSum = CompensatedSum()
  private var priceSquares = CompensatedSum()
  private var sizeSum = CompensatedSum()
  private var sizeSquares = CompensatedSum()
  private var products = CompensatedSum()
  private var newestPrice = 0.0
  private var newestSize = 0.0
  private var priceRun = 0
  private var sizeRun = 0
  /// Sizes other than 0 in the window: tells a total of exactly 0 without rounding.
  private var nonzeroSizes = 0

  init(length: Int) {
    precondition(length >= 2, "a pair window holds at least two values")
    self.length = length
    prices = [Double](repeating: 0, count: length)
    sizes = [Double](repeating: 0, count: length)
  }

  var isFull: Bool { count == length }

  @inline(__always)
  mutating func push(price: Double, size: Double) {
    if count == 0 { (priceAnchor, sizeAnchor) = (price, size) }
    add(price, size)
    if count == length {
      let oldPrice = prices[head]
      let oldSize = sizes[head]
      remove(oldPrice, oldSize)
      if oldSize != 0 { nonzeroSizes -= 1 }
    } else {
      count += 1
      inverse = 1 / Double(count)
    }
    prices[head] = price
    sizes[head] = size
    head = head + 1 == length ? 0 : head + 1
    if size != 0 { nonzeroSizes += 1 }
    priceRun = price == newestPrice && priceRun > 0 ? priceRun + 1 : 1
    sizeRun = size == newestSize && sizeRun > 0 ? sizeRun + 1 : 1
    newestPrice = price
    newestSize = size
    if (priceSquares.value > 1e4 * priceDeviations && priceRun < count)
      || (sizeSquares.value > 1e4 * sizeDeviations && sizeRun < count)
    {
      moveAnchors()
    }
  }

  @inline(__always) var priceMean: Double {
    priceRun >= count ? newestPrice : priceAnchor + priceSum.value * inverse
  }

  @inline(__always) var sizeMean: Double {
    sizeRun >= count ? newestSize : sizeAnchor + sizeSum.value * inverse
  }

  @inline(__always) var priceDeviations: Double {
    if priceRun >= count { return 0 }
    let total = priceSum.value
    return max(0, priceSquares.value - total * total * inverse)
  }

  @inline(__always) var sizeDeviations: Double {
    if sizeRun >= count { return 0 }
    let total = sizeSum.value
    return max(0, sizeSquares.value - total * total * inverse)
  }

  /// Sum of price times size over sum of sizes; the newest price where no size is positive.
  @inline(__always) var vwap: Double {
    if nonzeroSizes == 0 || priceRun >= count { return newestPrice }
    let total = Double(count) * sizeAnchor + sizeSum.value
    return priceAnchor + (sizeAnchor * priceSum.value + products.value) / total
  }

  /// Pearson's correlation; 0 where either is constant in the window.
  @inline(__always) var correlation: Double {
    if priceRun >= count || sizeRun >= count { return 0 }
    let scale = (priceDeviations * sizeDeviations).squareRoot()
    guard scale > 0 else { return 0 }
    let joint = products.value - priceSum.value * sizeSum.value * inverse
    return min(1, max(-1, joint / scale))
  }

  @inline(__always)
  private mutating func add(_ price: Double, _ size: Double) {
    let p = price - priceAnchor
    let v = size - sizeAnchor
    priceSum.add(p)
    priceSquares.add(p * p)
    sizeSum.add(v)
    sizeSquares.add(v * v)
    products.add(p * v)
  }

  @inline(__always)
  private mutating func remove(_ price: Double, _ size: Double) {
    let p = price - priceAnchor
    let v = size - sizeAnchor
    priceSum.add(-p)
    priceSquares.add(-(p * p))
    sizeSum.add(-v)
    sizeSquares.add(-(v * v))
    products.add(-(p * v))
  }

  @inline(never)
  private mutating func moveAnchors() {
    priceAnchor += priceSum.value * inverse
    sizeAnchor += sizeSum.value * inverse
    (priceSum, priceSquares) = (CompensatedSum(), CompensatedSum())
    (sizeSum, sizeSquares) = (CompensatedSum(), CompensatedSum())
    products = CompensatedSum()
    let start = count == length ? head : 0
    for step in 0..<count {
      let place = (start + step) % length
      add(prices[place], sizes[place])
    }
  }
}
