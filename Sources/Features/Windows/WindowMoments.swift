import Compute

/// Mean and spread of the last n values, exact to a few units in the last place for ever.
///
/// Sums are taken of differences from an anchor near the window's mean, with compensation, so a value that leaves takes
/// away exactly what it brought; the anchor moves when the mean has gone far from it. A window of equal values has a
/// spread of exactly 0. Update is O(1), now and then O(n).
package struct WindowMoments: Sendable, Codable {
  let length: Int
  private var ring: [Double]
  private var head = 0
  private(set) var count = 0
  /// 1 / count: a multiplication in place of a division in every mean.
  private var inverse = 0.0
  private var anchor = 0.0
  private var sum = CompensatedSum()
  private var squares = CompensatedSum()
  private var newest = 0.0
  /// How many of the newest values in a row are equal.
  private var run = 0

  package init(length: Int) {
    precondition(length >= 1, "a window holds at least one value")
    self.length = length
    ring = [Double](repeating: 0, count: length)
  }

  /// Whether the window holds `length` values.
  var isFull: Bool { count == length }

  /// Takes a finite value.
  @inline(__always)
  package mutating func push(_ value: Double) {
    if count == 0 { anchor = value }
    let difference = value - anchor
    sum.add(difference)
    squares.add(difference * difference)
    if count == length {
      let gone = ring[head] - anchor
      sum.add(-gone)
      squares.add(-(gone * gone))
    } else {
      count += 1
      inverse = 1 / Double(count)
    }
    ring[head] = value
    head = head + 1 == length ? 0 : head + 1
    run = value == newest && run > 0 ? run + 1 : 1
    newest = value
    if squares.value > 1e4 * squaredDeviations && run < count { moveAnchor() }
  }

  /// The mean of the values in the window.
  @inline(__always)
  package var mean: Double { run >= count ? newest : anchor + sum.value * inverse }

  /// The sum of squared deviations from the mean; exactly 0 for equal values.
  @inline(__always)
  package var squaredDeviations: Double {
    if run >= count { return 0 }
    let total = sum.value
    return max(0, squares.value - total * total * inverse)
  }

  /// Starts the sums anew around the mean.
  @inline(never)
  private mutating func moveAnchor() {
    anchor += sum.value * inverse
    sum = CompensatedSum()
    squares = CompensatedSum()
    // Oldest first, so that the sums do not depend on where the ring happens to wrap.
    let start = count == length ? head : 0
    for step in 0..<count {
      let difference = ring[(start + step) % length] - anchor
      sum.add(difference)
      squares.add(difference * difference)
    }
  }
}
