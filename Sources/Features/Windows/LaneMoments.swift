/// Mean and spread of the last values over up to four windows at once; the lanes' form of ``WindowMoments``.
package struct LaneMoments: Sendable, Codable {
  /// What is known of each window after a value; of the values so far where a window is not full.
  package struct Value {
    package var mean: Lanes
    /// Sum of squared deviations from the mean; exactly 0 for equal values.
    package var squaredDeviations: Lanes
  }

  package let group: LaneLengths
  private var values: RecentValues
  private var counts = Lanes.zero
  private var inverses = Lanes.zero
  private var anchor = Lanes.zero
  private var sum = LaneSum()
  private var squares = LaneSum()
  /// How many of the newest values in a row are equal.
  private var run = Lanes.zero

  package init(_ lookbacks: [Int]) {
    group = LaneLengths(lookbacks)
    values = RecentValues(atLeast: group.longest)
  }

  /// Values taken.
  @inline(__always) var seen: Int { values.seen }

  /// Takes a finite value.
  @inline(__always)
  package mutating func push(_ value: Double) -> Value {
    if values.seen == 0 { anchor = Lanes(repeating: value) }
    run = values.seen > 0 && value == values[age: 0] ? run + 1 : .one
    values.append(value)
    let difference = value - anchor
    sum.add(difference)
    squares.add(difference * difference)
    if values.seen > group.longest {
      remove(values.before(group.lookbacks) - anchor)
    } else {
      removeWarmingUp()
    }
    let result = current(value)
    let wide = (squares.value .> 1e4 * result.squaredDeviations).bits & (counts .> run).bits
    return wide.isAnySet ? moveAnchors(wide, value) : result
  }

  @inline(__always)
  private mutating func remove(_ gone: Lanes) {
    sum.add(-gone)
    squares.add(-(gone * gone))
  }

  @inline(never)
  private mutating func removeWarmingUp() {
    let isFilling = (group.lengths .>= Double(values.seen)).bits
    remove((values.before(group.lookbacks) - anchor).replaced(by: 0, where: isFilling))
    counts = pointwiseMin(group.lengths, Lanes(repeating: Double(values.seen)))
    inverses = 1 / counts
  }

  @inline(__always)
  private func current(_ newest: Double) -> Value {
    let isConstant = (counts .<= run).bits
    let total = sum.value
    let spread = squares.value - total * total * inverses
    return Value(
      mean: (anchor + total * inverses).replaced(by: newest, where: isConstant),
      squaredDeviations: spread.replaced(by: 0, where: isConstant | (spread .< 0).bits))
  }

  /// Starts the sums of some windows anew around their means.
  @inline(never)
  private mutating func moveAnchors(_ wide: LaneBits, _ newest: Double) -> Value {
    anchor = anchor.replaced(by: anchor + sum.value * inverses, where: wide)
    sum.clear(wide)
    squares.clear(wide)
    // Oldest first, each window from its own oldest value on.
    let oldest = Int(counts.replaced(by: 0, where: ~wide).max()) - 1
    for age in stride(from: oldest, through: 0, by: -1) {
      let isInside = wide & (counts .> Double(age)).bits
      let difference = (values[age: age] - anchor).replaced(by: 0, where: ~isInside)
      sum.add(difference)
      squares.add(difference * difference)
    }
    return current(newest)
  }
}
